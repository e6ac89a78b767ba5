import type { Metadata } from "next"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedLogView } from "@/components/sharing/shared-log-view.tsx"
import { sharedSubject } from "@/components/sharing/shared-words.ts"
import { publicApi } from "@/lib/api/server.ts"
import { orGone, readSharedRun } from "../read-shared.ts"

interface SharedLogPageProps {
  params: Promise<{ token: string }>
  searchParams: Promise<{ from?: string | string[] }>
}

export async function generateMetadata({ params }: SharedLogPageProps): Promise<Metadata> {
  return { title: `Log of ${sharedSubject(await readSharedRun((await params).token))}` }
}

export default async function SharedLogPage({ params, searchParams }: SharedLogPageProps) {
  const { token } = await params
  const from = Number([(await searchParams).from].flat()[0] ?? 0) || 0
  const client = await publicApi()
  const [run, log] = await Promise.all([readSharedRun(token), orGone(client.listSharedLog({ params: { token }, query: { from } }))])
  return (
    <SharedFrame token={token} run={run} part="logs">
      <SharedLogView token={token} log={log} from={from} />
    </SharedFrame>
  )
}
