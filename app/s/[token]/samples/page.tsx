import type { Metadata } from "next"
import { GoneLink } from "@/components/sharing/gone-link.tsx"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedSamples } from "@/components/sharing/shared-samples.tsx"
import { publicApi } from "@/lib/api/server.ts"
import { orGone, readSharedRun, titleOf } from "../read-shared.ts"

interface SharedSamplesPageProps {
  params: Promise<{ token: string }>
  searchParams: Promise<{ after?: string | string[] }>
}

export async function generateMetadata({ params }: SharedSamplesPageProps): Promise<Metadata> {
  return titleOf((await params).token, "Samples of")
}

export default async function SharedSamplesPage({ params, searchParams }: SharedSamplesPageProps) {
  const { token } = await params
  const after = [(await searchParams).after].flat()[0]
  const client = await publicApi()
  const [run, page] = await Promise.all([
    readSharedRun(token),
    orGone(client.listSharedSamples({ params: { token }, query: after ? { after } : {} })),
  ])
  if (!run || !page) return <GoneLink />
  return (
    <SharedFrame token={token} run={run} part="samples">
      <SharedSamples
        token={token}
        page={page}
        scale={{ min: run.reward?.min ?? 0, max: run.reward?.max ?? 1 }}
        isContinued={after !== undefined}
      />
    </SharedFrame>
  )
}
