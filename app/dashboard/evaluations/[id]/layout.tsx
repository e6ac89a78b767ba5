import type { Metadata } from "next"
import type { ReactNode } from "react"
import { RunFrame } from "@/components/run/header/run-frame.tsx"
import { readExtensions } from "@/lib/api/server.ts"
import { isolated } from "@/lib/isolated.ts"
import { orLoadError } from "../or-load-error.tsx"
import { readRun, readRunTitle } from "./reads.ts"

interface RunLayoutProps {
  params: Promise<{ id: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: RunLayoutProps): Promise<Metadata> {
  const title = isolated(await readRunTitle((await params).id))
  return { title: { default: title, template: `%s · ${title}` } }
}

export default async function RunLayout({ params, children }: RunLayoutProps) {
  const { id } = await params
  return orLoadError("The evaluation could not be read", async () => {
    const extensions = await readExtensions()
    return (
      <RunFrame
        id={id}
        seed={await readRun(id)}
        can={{
          export: extensions.has("exportSamples"),
          mark: extensions.has("bulkEvaluations"),
          scoreAgain: extensions.has("scoreAgain"),
          rank: extensions.has("getLeaderboards"),
          review: extensions.has("putReview"),
          share: extensions.has("createShare"),
        }}
      >
        {children}
      </RunFrame>
    )
  })
}
