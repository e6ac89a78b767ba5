import type { Metadata } from "next"
import type { ReactNode } from "react"
import { RunHeader } from "@/components/run/header/run-header.tsx"
import { readExtensions } from "@/lib/api/server.ts"
import { orLoadError } from "../or-load-error.tsx"
import { readRun, readRunName } from "./reads.ts"

interface RunLayoutProps {
  params: Promise<{ id: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: RunLayoutProps): Promise<Metadata> {
  const name = await readRunName((await params).id)
  return { title: { default: name, template: `%s · ${name}` } }
}

export default async function RunLayout({ params, children }: RunLayoutProps) {
  const { id } = await params
  return orLoadError("The evaluation could not be read", async () => (
    <div className="flex min-w-0 flex-col gap-4">
      <RunHeader id={id} seed={await readRun(id)} canExport={(await readExtensions()).has("exportSamples")} />
      {children}
    </div>
  ))
}
