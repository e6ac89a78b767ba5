import type { Metadata } from "next"
import type { ReactNode } from "react"
import { RunHeader } from "@/components/evaluations/run-header.tsx"
import { readRun } from "./reads.ts"

interface RunLayoutProps {
  params: Promise<{ id: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: RunLayoutProps): Promise<Metadata> {
  const { data } = await readRun((await params).id)
  return { title: { default: data.name, template: `%s · ${data.name}` } }
}

export default async function RunLayout({ params, children }: RunLayoutProps) {
  const { id } = await params
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <RunHeader id={id} seed={await readRun(id)} />
      {children}
    </div>
  )
}
