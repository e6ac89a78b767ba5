import Link from "next/link"
import { RolloutStrip } from "@/components/charts/block-bar.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import type { RunStatistics } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import type { Cell, Cells } from "./cells.ts"

const examplesShown = 50

/** The rollouts of each example side by side: what is hard, and what depends on luck. */
export function ByExample({
  runId,
  statistics,
  cells,
  rollouts,
}: {
  runId: string
  statistics: RunStatistics
  cells: Cells
  rollouts: number | null
}) {
  const examples = statistics.by_example
  if (examples.length === 0) return null
  const byExample = new Map<string, Cell[]>()
  for (const cell of cells.cells) byExample.set(cell.example, [...(byExample.get(cell.example) ?? []), cell])
  const scale = { min: statistics.reward?.min ?? 0, max: statistics.reward?.max ?? 1 }
  return (
    <Card aria-labelledby="by-example">
      <CardHeader
        id="by-example"
        title="By example"
        action={
          examples.length > examplesShown ? (
            <Link href={`${paths.samples(runId)}?sort=example`} className="link text-sm">
              {`All ${formatCount(examples.length)} examples`}
            </Link>
          ) : undefined
        }
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
      <div role="region" aria-label="Examples and their rollouts" tabIndex={0} className="max-h-96 overflow-auto">
        <table className="w-full text-left text-sm">
          <thead className="sticky top-0 z-10 bg-card text-muted-foreground text-xs shadow-[inset_0_-1px_0_var(--border)]">
            <tr>
              <th scope="col" className="h-8 px-4 font-medium">
                Example
              </th>
              <th scope="col" className="px-2 text-right font-medium">
                Mean
              </th>
              <th scope="col" className="px-2 text-right font-medium" title="Standard deviation over the rollouts of the example">
                Std
              </th>
              <th scope="col" className="w-full px-4 font-medium">
                Rollouts
              </th>
            </tr>
          </thead>
          <tbody>
            {examples.slice(0, examplesShown).map((example) => (
              <tr key={example.example_id} className="border-b last:border-b-0">
                <th scope="row" className="max-w-40 px-4 py-1.5 font-normal">
                  <Link
                    href={`${paths.samples(runId)}?example=${encodeURIComponent(example.example_id)}`}
                    prefetch={false}
                    className="block truncate font-mono text-xs hover:underline"
                    title={example.example_id}
                  >
                    {example.example_id}
                  </Link>
                </th>
                <td className="tabular px-2 text-right">{formatScore(example.mean)}</td>
                <td className="tabular px-2 text-right text-muted-foreground">{formatScore(example.std)}</td>
                <td className="px-4 py-1.5">
                  <RolloutStrip
                    runId={runId}
                    cells={byExample.get(example.example_id) ?? []}
                    expected={Math.max(rollouts ?? 0, example.count)}
                    scale={scale}
                    label={`Rollouts of example ${example.example_id}`}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {examples.length > examplesShown && (
        <p className="border-t px-4 py-2 text-muted-foreground text-xs">{`The first ${examplesShown} of ${formatCount(examples.length)} examples.`}</p>
      )}
    </Card>
  )
}
