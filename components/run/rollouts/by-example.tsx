import { ScrollTable } from "@/components/run/scroll-table.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Link } from "@/components/ui/link.tsx"
import type { RunStatistics } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import type { Cell, Cells } from "./cells.ts"
import { RolloutStrip } from "./rollout-strip.tsx"

const columns = [
  { name: "Example", className: "px-4" },
  { name: "Mean", className: "text-right" },
  { name: "Std", className: "text-right", title: "Standard deviation over the rollouts of the example" },
  { name: "Rollouts", className: "w-full px-4" },
]

interface ByExampleProps {
  runId: string
  statistics: RunStatistics
  cells: Cells
  rollouts: number | null
}

/** The rollouts of each example side by side: which examples are hard, and which depend on luck. */
export function ByExample({ runId, statistics, cells, rollouts }: ByExampleProps) {
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
          statistics.examples > examples.length ? (
            <Link href={paths.samples(runId, { sort: "example" })} className="link text-sm">
              {`All ${formatCount(statistics.examples)} examples`}
            </Link>
          ) : undefined
        }
      />
      <ScrollTable label="Examples and their rollouts" columns={columns} className="max-h-96">
        {examples.map((example) => (
          <tr key={example.example_id} className="border-b last:border-b-0">
            <th scope="row" className="max-w-40 px-4 py-1.5 font-normal">
              <Link
                href={paths.samples(runId, { example: example.example_id })}
                prefetch={false}
                className="block truncate font-mono text-xs hover:underline"
                title={example.example_id}
              >
                <bdi>{example.example_id}</bdi>
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
      </ScrollTable>
      {statistics.examples > examples.length && (
        <p className="border-t px-4 py-2 text-muted-foreground text-xs">{`The first ${examples.length} of ${formatCount(statistics.examples)} examples.`}</p>
      )}
    </Card>
  )
}
