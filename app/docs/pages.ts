import { readFile } from "node:fs/promises"
import path from "node:path"

/** The pages of the documentation, in the order of their navigation, each with its file below docs/. */
export const docsPages = [
  { id: "first-steps", title: "First steps", file: "guide/first-steps.md" },
  { id: "environments", title: "Environments", file: "guide/environments.md" },
  { id: "models", title: "Models", file: "guide/models.md" },
  { id: "cli", title: "The CLI", file: "guide/cli.md" },
  { id: "instances", title: "Instances", file: "guide/instances.md" },
  { id: "api", title: "The API", file: "openapi.json" },
  { id: "operating", title: "Operating", file: "guide/operating.md" },
  { id: "operations", title: "Settings and operations", file: "operations.md" },
  { id: "security", title: "Security", file: "guide/security.md" },
  { id: "glossary", title: "Glossary", file: "glossary.md" },
] as const

export type DocsPage = (typeof docsPages)[number]

/** The text of a page, with links to other pages as they are served. */
export async function readDocsPage({ file }: DocsPage): Promise<string> {
  const text = await readFile(path.join(process.cwd(), "docs", file), "utf8")
  return file.endsWith(".md") ? withServedLinks(text) : text
}

/** Links between files become links between pages; one to a file that is no page keeps its words alone. */
export const withServedLinks = (text: string): string =>
  text.replace(/\[([^\]]+)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (_, words: string, target: string) => {
    const page = docsPages.find(({ file }) => path.basename(file) === path.basename(target))
    return page ? `[${words}](/docs/${page.id})` : words
  })
