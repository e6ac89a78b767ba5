import type { Metadata } from "next"
import { GoneLink } from "@/components/sharing/gone-link.tsx"
import { PasswordForm } from "@/components/sharing/password-form.tsx"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedSamples } from "@/components/sharing/shared-samples.tsx"
import { publicApi } from "@/lib/api/server.ts"
import { passQuery } from "../pass.ts"
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
  const run = await readSharedRun(token)
  if (run === "password") return <PasswordForm token={token} refused={null} />
  const query = { ...(after ? { after } : {}), ...(await passQuery()) }
  const page = run && (await orGone((await publicApi()).listSharedSamples({ params: { token }, query })))
  if (!page) return <GoneLink />
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
