import { ScrollTable } from "@/components/run/scroll-table.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { RunStatistics } from "@/contract/index.ts"
import { columnDecimals, formatCount, formatInColumn } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { byExample, type Cells } from "./cells.ts"
import { RolloutStrip } from "./rollout-strip.tsx"

const columns = [
  { name: "Example", className: "pl-0" },
  { name: "Mean", className: "text-right" },
  { name: "Std", className: "text-right", title: "Standard deviation over the rollouts of the example" },
  { name: "Rollouts", className: "w-full pr-0 pl-4" },
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
  const decimals = { mean: columnDecimals(examples.map(({ mean }) => mean)), std: columnDecimals(examples.map(({ std }) => std)) }
  const own = byExample(cells.cells)
  const scale = { min: statistics.reward?.min ?? 0, max: statistics.reward?.max ?? 1 }
  return (
    <Section
      id="by-example"
      title="By example"
      note={statistics.examples > examples.length ? `the first ${examples.length} of ${formatCount(statistics.examples)}` : undefined}
      action={
        statistics.examples > examples.length ? (
          <Link href={paths.samples(runId, { sort: "example" })} className="link">
            {`All ${formatCount(statistics.examples)} examples`}
          </Link>
        ) : undefined
      }
    >
      <ScrollTable label="Examples and their rollouts" columns={columns} className="max-h-96">
        {examples.map((example) => (
          <tr key={example.example_id} className="border-b last:border-b-0">
            <th scope="row" className="max-w-40 py-1.5 pr-2 font-normal">
              <Link
                href={paths.samples(runId, { example: example.example_id })}
                prefetch={false}
                className="block truncate font-mono text-xs hover:underline"
                title={example.example_id}
              >
                <bdi>{example.example_id}</bdi>
              </Link>
            </th>
            <td className="tabular px-2 text-right">{formatInColumn(example.mean, decimals.mean)}</td>
            <td className="tabular px-2 text-right text-muted-foreground">{formatInColumn(example.std, decimals.std)}</td>
            <td className="py-1.5 pl-4">
              <RolloutStrip
                runId={runId}
                cells={own.get(example.example_id) ?? []}
                expected={Math.max(rollouts ?? 0, example.count)}
                scale={scale}
                label={`Rollouts of example ${example.example_id}`}
              />
            </td>
          </tr>
        ))}
      </ScrollTable>
    </Section>
  )
}
