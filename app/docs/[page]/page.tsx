import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { DocsFrame } from "@/components/docs/docs-frame.tsx"
import { Markdown } from "@/components/ui/text/markdown.tsx"
import { docsPages, readDocsPage } from "../pages.ts"

export const dynamic = "force-dynamic"

interface Params {
  params: Promise<{ page: string }>
}

const pageOf = async (params: Params["params"]) => {
  const { page: id } = await params
  return docsPages.find((page) => page.id === id && page.file.endsWith(".md")) ?? notFound()
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: (await pageOf(params)).title }
}

/** A page of the documentation, drawn on the server from its file. */
export default async function GuidePage({ params }: Params) {
  const page = await pageOf(params)
  return (
    <DocsFrame pages={docsPages} current={page.id}>
      <Markdown text={await readDocsPage(page)} demote={0} className="max-w-3xl" />
    </DocsFrame>
  )
}
