"use client"

import type { ReactNode } from "react"
import { blockLook } from "@/components/charts/block-look.ts"
import { DifferenceBar } from "@/components/charts/difference-bar.tsx"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { rolloutLook, rolloutWords } from "@/components/charts/rollout-look.ts"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { ComparedExample } from "@/contract/compare/compare.ts"
import { columnDecimals } from "@/lib/format.ts"

interface ExampleListProps {
  /** With the rollouts of the runs that are shown beside each other, and of no other. */
  examples: readonly ComparedExample[]
  /** The names of these runs. */
  labels: readonly string[]
  scale: Scale
  reach: number
  opened: string | null
  /** The address of this page with none opened. */
  closedHref: string
  /** What is shown of the example that is opened. */
  detail: ReactNode
}

/** The last one has room for a difference of ten characters, such as −0.0001235, beside its bar; head and rows differ in size, so it is no matter of ch. */
const columns = "md:grid-cols-[3.5rem_minmax(0,1fr)_6.5rem_6.5rem_11.25rem]"

/**
 * Examples with the rollouts of two runs; each opens in its place. Drawn from what it is given in the browser, too: as elements of the server the rows would be
 * sent twice, each four times as long as what is in it.
 */
export function ExampleList({ examples, labels, scale, reach, opened, closedHref, detail }: ExampleListProps) {
  const decimals = columnDecimals(examples.map(({ difference }) => difference))
  return (
    <div className="min-w-0">
      <div aria-hidden className={cn("hidden gap-x-3 border-b px-2 pb-1.5 text-2xs text-muted-foreground md:grid", columns)}>
        <span>Example</span>
        <span>Prompt</span>
        {labels.map((label, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two runs may have one name
          <span key={i} className="truncate">
            {label}
          </span>
        ))}
        <span>Difference</span>
      </div>
      <ul aria-label="Examples" className="divide-y border-b">
        {examples.map((example) => {
          const isOpen = example.example_id === opened
          return (
            <li key={example.example_id} id={`example-${example.example_id}`} className={cn("min-w-0", isOpen && "bg-selected/40")}>
              <Link
                href={isOpen ? closedHref : `${closedHref}&example=${encodeURIComponent(example.example_id)}`}
                scroll={false}
                prefetch={false}
                aria-expanded={isOpen}
                className={cn(
                  "grid min-h-9 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-2 py-1.5 text-sm hover:bg-muted/60 focus-visible:-outline-offset-2",
                  columns,
                )}
              >
                <span className="tabular truncate font-mono text-xs" title={example.example_id}>
                  <span className="sr-only">Example </span>
                  <bdi>{example.example_id}</bdi>
                </span>
                <span dir="auto" className="truncate text-muted-foreground max-md:col-span-2" title={example.prompt}>
                  {example.prompt || "–"}
                  {example.prompts_differ && <span className="ml-1.5 text-warning">(not the same question)</span>}
                </span>
                {labels.map((label, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two runs may have one name
                  <Blocks key={i} label={label} run={example.runs[i]} scale={scale} />
                ))}
                {example.difference === null ? (
                  <span className="text-muted-foreground text-xs">cannot compare</span>
                ) : (
                  <DifferenceBar difference={example.difference} reach={reach} decimals={decimals} />
                )}
              </Link>
              {isOpen && detail}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface BlocksProps {
  label: string
  run: ComparedExample["runs"][number] | undefined
  scale: Scale
}

/** The rollouts of one example in one run, in a word for those who cannot see them. */
function Blocks({ label, run, scale }: BlocksProps) {
  const rollouts = run?.rollouts ?? []
  if (!run || rollouts.length === 0) return <span className="text-muted-foreground text-xs">{`not in ${label}`}</span>
  const more = run.count - rollouts.length
  const words = `${label}: ${rollouts.map(rolloutWords).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
  return (
    <span role="img" aria-label={words} title={words} className="flex flex-wrap items-center gap-[3px]">
      {rollouts.map((rollout) => (
        <span key={rollout.sample_id} {...blockLook(rolloutLook(rollout, scale))} />
      ))}
      {more > 0 && <span className="text-2xs text-muted-foreground">{`+${more}`}</span>}
    </span>
  )
}
