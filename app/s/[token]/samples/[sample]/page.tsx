import type { Metadata } from "next"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedSampleView } from "@/components/sharing/shared-sample-view.tsx"
import { sharedSubject } from "@/components/sharing/shared-words.ts"
import { publicApi } from "@/lib/api/server.ts"
import { orGone, readSharedRun } from "../../read-shared.ts"

interface SharedSamplePageProps {
  params: Promise<{ token: string; sample: string }>
}

export async function generateMetadata({ params }: SharedSamplePageProps): Promise<Metadata> {
  return { title: `A sample of ${sharedSubject(await readSharedRun((await params).token))}` }
}

export default async function SharedSamplePage({ params }: SharedSamplePageProps) {
  const { token, sample } = await params
  const client = await publicApi()
  const [run, detail] = await Promise.all([readSharedRun(token), orGone(client.getSharedSample({ params: { token, sample_id: sample } }))])
  return (
    <SharedFrame token={token} run={run} part="samples">
      <SharedSampleView token={token} detail={detail} />
    </SharedFrame>
  )
}
