import type { Metadata } from "next"
import { GoneLink } from "@/components/sharing/gone-link.tsx"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedSampleView } from "@/components/sharing/shared-sample-view.tsx"
import { publicApi } from "@/lib/api/server.ts"
import { orGone, readSharedRun, titleOf } from "../../read-shared.ts"

interface SharedSamplePageProps {
  params: Promise<{ token: string; sample: string }>
}

export async function generateMetadata({ params }: SharedSamplePageProps): Promise<Metadata> {
  return titleOf((await params).token, "A sample of")
}

export default async function SharedSamplePage({ params }: SharedSamplePageProps) {
  const { token, sample } = await params
  const client = await publicApi()
  const [run, detail] = await Promise.all([readSharedRun(token), orGone(client.getSharedSample({ params: { token, sample_id: sample } }))])
  if (!run || !detail) return <GoneLink />
  return (
    <SharedFrame token={token} run={run} part="samples">
      <SharedSampleView token={token} detail={detail} />
    </SharedFrame>
  )
}
