import type { Metadata } from "next"
import type { ReactNode } from "react"
import { RunHeader } from "@/components/evaluations/run-header.tsx"
import { ApiError } from "@/lib/api/error.ts"
import { orLoadError } from "../or-load-error.tsx"
import { readRun } from "./reads.ts"

interface RunLayoutProps {
  params: Promise<{ id: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: RunLayoutProps): Promise<Metadata> {
  try {
    const { data } = await readRun((await params).id)
    return { title: { default: data.name, template: `%s · ${data.name}` } }
  } catch (error) {
    if (error instanceof ApiError) return { title: "Evaluation" }
    throw error
  }
}

export default async function RunLayout({ params, children }: RunLayoutProps) {
  const { id } = await params
  return orLoadError("The evaluation could not be read", async () => (
    <div className="flex min-w-0 flex-col gap-4">
      <RunHeader id={id} seed={await readRun(id)} />
      {children}
    </div>
  ))
}
