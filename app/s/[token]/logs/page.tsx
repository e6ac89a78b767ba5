import type { Metadata } from "next"
import { GoneLink } from "@/components/sharing/gone-link.tsx"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedLogView } from "@/components/sharing/shared-log-view.tsx"
import { publicApi } from "@/lib/api/server.ts"
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
  const client = await publicApi()
  const [run, log] = await Promise.all([readSharedRun(token), orGone(client.listSharedLog({ params: { token }, query: { from } }))])
  if (!run || !log) return <GoneLink />
  return (
    <SharedFrame token={token} run={run} part="logs">
      <SharedLogView token={token} log={log} from={from} />
    </SharedFrame>
  )
}
