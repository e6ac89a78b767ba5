import type { Metadata } from "next"
import { GoneLink } from "@/components/sharing/gone-link.tsx"
import { PasswordForm } from "@/components/sharing/password-form.tsx"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedSampleView } from "@/components/sharing/shared-sample-view.tsx"
import { publicApi } from "@/lib/api/server.ts"
import { passQuery } from "../../pass.ts"
import { orGone, readSharedRun, titleOf } from "../../read-shared.ts"

interface SharedSamplePageProps {
  params: Promise<{ token: string; sample: string }>
}

export async function generateMetadata({ params }: SharedSamplePageProps): Promise<Metadata> {
  return titleOf((await params).token, "A sample of")
}

export default async function SharedSamplePage({ params }: SharedSamplePageProps) {
  const { token, sample } = await params
  const run = await readSharedRun(token)
  if (run === "password") return <PasswordForm token={token} refused={null} />
  const query = await passQuery()
  const detail = run && (await orGone((await publicApi()).getSharedSample({ params: { token, sample_id: sample }, query })))
  if (!detail) return <GoneLink />
  return (
    <SharedFrame token={token} run={run} part="samples">
      <SharedSampleView token={token} detail={detail} />
    </SharedFrame>
  )
}
