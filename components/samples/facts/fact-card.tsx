import type { ReactNode } from "react"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { cutText } from "@/contract/text/cut-text.ts"
import { formatCount } from "@/lib/format.ts"
import { valueText } from "./sample-facts.ts"

/** Longer values are cut; the raw JSON has them whole. */
export const valueCharactersMax = 20_000

/** A card of the side column that can be closed. */
export function FactCard({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details open={open} className="min-w-0 rounded-lg border bg-card">
      <summary className="px-4 py-2.5 font-medium text-sm">{title}</summary>
      <div className="flex min-w-0 flex-col gap-3 px-4 pb-3">{children}</div>
    </details>
  )
}

/** One fact of a description list. */
export function Fact({
  name,
  mono = false,
  strong = false,
  children,
}: {
  name: string
  mono?: boolean
  strong?: boolean
  children: ReactNode
}) {
  return (
    <div className="flex min-w-0 justify-between gap-3">
      <dt
        className={
          mono ? "break-anywhere font-mono text-muted-foreground text-xs leading-5" : strong ? "font-medium" : "text-muted-foreground"
        }
      >
        <bdi>{name}</bdi>
      </dt>
      <dd className="break-anywhere text-right">
        <bdi>{children}</bdi>
      </dd>
    </div>
  )
}

/** A value of any type as a code block, or nothing when there is none. */
export function Value({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined || value === "") return null
  const text = valueText(value)
  return (
    <div className="min-w-0">
      <h4 className="mb-1 break-anywhere text-muted-foreground text-xs">
        <bdi>{name}</bdi>
      </h4>
      <CodeBlock code={cutText(text, valueCharactersMax)} label={name} wrap copy={false} isText={typeof value === "string"} />
      {text.length > valueCharactersMax && (
        <p className="mt-1 text-muted-foreground text-xs">{`${formatCount(text.length - valueCharactersMax)} more characters: see the raw JSON.`}</p>
      )}
    </div>
  )
}
