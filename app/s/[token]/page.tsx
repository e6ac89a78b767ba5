import type { Metadata } from "next"
import { resultSize } from "@/components/shared/runs/result.ts"
import { GoneLink } from "@/components/sharing/gone-link.tsx"
import { PasswordForm } from "@/components/sharing/password-form.tsx"
import { SharedFrame } from "@/components/sharing/shared-frame.tsx"
import { SharedResult } from "@/components/sharing/shared-result.tsx"
import { sharedScore, sharedSubject } from "@/components/sharing/shared-words.ts"
import { readSharedRun, titleOf } from "./read-shared.ts"

interface SharedPageProps {
  params: Promise<{ token: string }>
  searchParams: Promise<{ password?: string | string[] }>
}

export async function generateMetadata({ params }: SharedPageProps): Promise<Metadata> {
  const { token } = await params
  const run = await readSharedRun(token)
  if (!run || run === "password") return titleOf(token)
  const title = sharedSubject(run)
  const description = `${sharedScore(run)} over ${resultSize(run)}`
  return {
    title,
    description,
    openGraph: { title, description, siteName: "Hosted Evals", type: "website" },
    twitter: { card: "summary_large_image" },
  }
}

export default async function SharedPage({ params, searchParams }: SharedPageProps) {
  const { token } = await params
  const run = await readSharedRun(token)
  if (run === "password") return <PasswordForm token={token} refused={[(await searchParams).password].flat()[0] ?? null} />
  if (!run) return <GoneLink />
  return (
    <SharedFrame token={token} run={run} part="result">
      <SharedResult run={run} />
    </SharedFrame>
  )
}
