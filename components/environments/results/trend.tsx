import { SaveMenu } from "@/components/charts/save-menu.tsx"
import { TrendChart } from "@/components/charts/trend-chart.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { TrendPoint } from "@/contract/index.ts"
import { formatInterval, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

/** How runs of an environment followed each other: a drawing, and the runs behind it in a table. */
export function Trend({ points, subject }: { points: readonly TrendPoint[]; subject: string }) {
  return (
    <Section
      id="trend"
      title="Trend"
      note="completed runs in their order; joined where version, arguments and examples are the same"
      action={
        points.length > 1 ? (
          <SaveMenu title="Trend" subject={subject} id={subject.replace("/", "-")} chart={{ kind: "trend", points }} />
        ) : undefined
      }
    >
      {points.length < 2 ? (
        <p className="text-muted-foreground text-sm">A trend needs two completed runs.</p>
      ) : (
        <div className="flex min-w-0 flex-col gap-3">
          <TrendChart points={points} />
          <details className="min-w-0 text-sm">
            <summary className="link w-fit text-xs">The runs in a table</summary>
            <Runs points={points} />
          </details>
        </div>
      )}
    </Section>
  )
}

function Runs({ points }: { points: readonly TrendPoint[] }) {
  return (
    <div className="max-h-80 overflow-auto">
      <table className="w-full text-xs">
        <caption className="sr-only">Completed runs, the newest first</caption>
        <thead>
          <tr className="text-left text-muted-foreground">
            {["Run", "Version", "Mean", "95 %", "Ended"].map((name) => (
              <th key={name} scope="col" className="py-1 pr-3 font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map(({ evaluation_id: id, model, version, mean, interval95, completed_at: at }) => (
            <tr key={id} className="border-t">
              <td className="max-w-48 truncate py-1 pr-3">
                <Link href={paths.evaluation(id)} prefetch={false} title={model} className="link font-mono">
                  <bdi>{model}</bdi>
                </Link>
              </td>
              <td className="pr-3 font-mono">{version ?? "–"}</td>
              <td className="tabular pr-3">{formatScore(Number(mean.toPrecision(3)))}</td>
              <td className="tabular whitespace-nowrap pr-3">{interval95 ? formatInterval(interval95) : "–"}</td>
              <td className="whitespace-nowrap">{at && <TimeAgo at={at} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
