import type { ComponentProps } from "react"
import ReactMarkdown, { type Components } from "react-markdown"
import rehypeSanitize from "rehype-sanitize"
import remarkGfm from "remark-gfm"
import { cn } from "@/components/ui/cn.ts"
import { isCheapToFormat } from "./formatting-cost.ts"

const charactersMax = 100_000

interface TextNode {
  type: string
  depth?: number
  children?: TextNode[]
  data?: { hProperties?: Record<string, string> }
}

/**
 * Each block finds its own direction, a list with its bullets, a table with its columns. What is inside a block does not: a nested
 * `dir` would keep its letters from counting for the block around it, so style does that (`paragraphs`).
 */
function remarkDirection() {
  return (tree: TextNode) => {
    for (const block of tree.children ?? []) block.data = { ...block.data, hProperties: { ...block.data?.hProperties, dir: "auto" } }
  }
}
const paragraphs = "[&_:is(p,li,h1,h2,h3,h4,h5,h6,td,th)]:[unicode-bidi:plaintext]"

/** Makes the headings of a text an outline without gaps: the outermost become 1, whatever they were, and none is more than one below the last. */
function remarkOutline() {
  return (tree: TextNode) => {
    const open: number[] = []
    const visit = (node: TextNode) => {
      if (node.type === "heading" && node.depth !== undefined) {
        while ((open.at(-1) ?? 0) >= node.depth) open.pop()
        open.push(node.depth)
        node.depth = open.length
      }
      for (const child of node.children ?? []) visit(child)
    }
    visit(tree)
  }
}

/** h1 of the text becomes h(1 + demote) of the page. */
function headings(demote: number): Components {
  const heading = (level: number) => {
    const Heading = `h${Math.min(6, level + demote)}` as "h2"
    const size = level === 1 ? "text-lg font-semibold" : level === 2 ? "text-base font-semibold" : "text-sm font-semibold"
    return ({ children, dir }: ComponentProps<"h2">) => (
      <Heading dir={dir} className={cn("mt-5 mb-2 first:mt-0", size)}>
        {children}
      </Heading>
    )
  }
  return { h1: heading(1), h2: heading(2), h3: heading(3), h4: heading(4), h5: heading(5), h6: heading(6) }
}

const parts: Components = {
  p: ({ children, dir }) => (
    <p dir={dir} className="my-2 first:mt-0 last:mb-0">
      {children}
    </p>
  ),
  a: ({ href, children }) =>
    href ? (
      <a href={href} rel="noopener noreferrer nofollow" className="link">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ alt }) => (alt ? <span className="text-muted-foreground italic">[image: {alt}]</span> : null),
  ul: ({ children, dir, className }) => (
    <ul dir={dir} className={cn("my-2 space-y-1", className?.includes("contains-task-list") ? "list-none ps-0" : "list-disc ps-5")}>
      {children}
    </ul>
  ),
  ol: ({ children, dir, start }) => (
    <ol dir={dir} className="my-2 list-decimal space-y-1 ps-5" start={start}>
      {children}
    </ol>
  ),
  // A task list's checkbox is shown as a symbol: it cannot be ticked, and an unlabelled control would be noise.
  input: ({ checked }) => (
    <span aria-label={checked ? "done" : "not done"} role="img">
      {checked ? "☑" : "☐"}
    </span>
  ),
  blockquote: ({ children, dir }) => (
    <blockquote dir={dir} className="my-2 border-s-2 ps-3 text-muted-foreground">
      {children}
    </blockquote>
  ),
  hr: () => <hr className="my-4" />,
  pre: ({ children }) => (
    <pre
      dir="ltr"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      className="my-2 max-w-full overflow-x-auto rounded-md border bg-muted/60 px-3 py-2 font-mono text-xs leading-5 [&_code]:bg-transparent [&_code]:p-0 [&_code]:text-[1em]"
    >
      {children}
    </pre>
  ),
  code: ({ children }) => (
    <code dir="ltr" className="rounded-sm bg-muted px-1 py-0.5 font-mono text-[0.92em]">
      {children}
    </code>
  ),
  table: ({ children, dir }) => (
    <div
      role="group"
      aria-label="Table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      className="my-3 max-w-full overflow-x-auto rounded-md border"
    >
      <table dir={dir} className="w-full border-collapse text-start text-sm">
        {children}
      </table>
    </div>
  ),
  tr: ({ children }) => <tr className="border-b last:border-b-0">{children}</tr>,
  th: ({ children, style }) => (
    <th className="bg-muted/50 px-3 py-1.5 font-medium" style={style}>
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td className="px-3 py-1.5 align-top" style={style}>
      {children}
    </td>
  ),
}

interface MarkdownProps {
  text: string
  /** How far headings move down, so that the page keeps one outline. 1 makes `#` an h2. */
  demote?: number
  className?: string
}

const demoted = new Map<number, Components>()
function componentsFor(demote: number): Components {
  const known = demoted.get(demote)
  if (known) return known
  const made = { ...headings(demote), ...parts }
  demoted.set(demote, made)
  return made
}

/**
 * Text that strangers wrote: no raw HTML, no images, no script links. Works in server components. What would take long to format is
 * shown as it is.
 */
export function Markdown({ text, demote = 2, className }: MarkdownProps) {
  const shown = text.length > charactersMax ? text.slice(0, charactersMax).replace(/[\ud800-\udbff]$/, "") : text
  const isFormatted = isCheapToFormat(shown)
  return (
    <div className={cn("min-w-0 break-words text-sm leading-6", paragraphs, className)}>
      {isFormatted ? (
        <ReactMarkdown
          remarkPlugins={[remarkGfm, remarkOutline, remarkDirection]}
          rehypePlugins={[rehypeSanitize]}
          components={componentsFor(demote)}
        >
          {shown}
        </ReactMarkdown>
      ) : (
        <div dir="auto" className="whitespace-pre-wrap [unicode-bidi:plaintext]">
          {shown}
        </div>
      )}
      {shown.length < text.length && (
        <p className="mt-3 text-muted-foreground italic">The rest ({text.length - shown.length} characters) is not shown.</p>
      )}
    </div>
  )
}
