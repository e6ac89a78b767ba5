import type { ReactNode } from "react"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { cutText } from "@/contract/text/cut-text.ts"
import { formatCount } from "@/lib/format.ts"
import { valueText } from "./sample-facts.ts"

/** Longer values are cut; the raw JSON has them whole. */
export const valueCharactersMax = 20_000

/** Facts of the side column, as a description list in two columns. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid min-w-0 grid-cols-[5.75rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">{children}</dl>
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="break-anywhere text-muted-foreground">
        <bdi>{name}</bdi>
      </dt>
      <dd className="break-anywhere tabular">
        <bdi>{children}</bdi>
      </dd>
    </>
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
