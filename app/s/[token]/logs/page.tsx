import type { Metadata } from "next"
import { GoneLink } from "@/components/sharing/gone-link.tsx"
import { PasswordForm } from "@/components/sharing/password-form.tsx"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedLogView } from "@/components/sharing/shared-log-view.tsx"
import { publicApi } from "@/lib/api/server.ts"
import { passQuery } from "../pass.ts"
import { orGone, readSharedRun, titleOf } from "../read-shared.ts"

interface SharedLogPageProps {
  params: Promise<{ token: string }>
  searchParams: Promise<{ from?: string | string[] }>
}

export async function generateMetadata({ params }: SharedLogPageProps): Promise<Metadata> {
  return titleOf((await params).token, "Log of")
}

export default async function SharedLogPage({ params, searchParams }: SharedLogPageProps) {
  const { token } = await params
  const from = Number([(await searchParams).from].flat()[0] ?? 0) || 0
  const run = await readSharedRun(token)
  if (run === "password") return <PasswordForm token={token} refused={null} />
  const query = { from, ...(await passQuery()) }
  const log = run && (await orGone((await publicApi()).listSharedLog({ params: { token }, query })))
  if (!log) return <GoneLink />
  return (
    <SharedFrame token={token} run={run} part="logs">
      <SharedLogView token={token} log={log} from={from} />
    </SharedFrame>
  )
}
