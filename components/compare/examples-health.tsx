import { rewardColour, rewardShare, type Scale } from "@/components/charts/reward-colour.ts"
import { RewardLegend } from "@/components/charts/reward-legend.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { CompareHealthResponse } from "@/contract/compare/health.ts"
import type { ComparedRun } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { compareHref } from "./compare-href.ts"
import type { CompareState } from "./compare-search.ts"

interface ExamplesHealthProps {
  runs: readonly ComparedRun[]
  health: CompareHealthResponse
  state: CompareState
}

/** Every example by run as a map of colours, hard ones at the left, and which of them do not help to tell the runs apart. */
export function ExamplesHealth({ runs, health, state }: ExamplesHealthProps) {
  const { columns, shared, alike, against, against_count } = health
  if (columns.length < 2) return null
  const means = columns.flatMap((column) => column.means.flatMap((mean) => mean ?? []))
  const scale = { min: Math.min(0, ...means), max: Math.max(1, ...means) }
  const each = columns[0]?.examples ?? 1
  return (
    <Section
      id="examples-by-run"
      title="Examples by run"
      note={`from hard to easy${each > 1 ? `, ${formatCount(each)} together` : ""}`}
      action={<RewardLegend scale={scale} shapes={[]} />}
    >
      <ul className="flex flex-col gap-1">
        {runs.map((run, i) => (
          <li
            key={run.evaluation_id}
            className="grid min-w-0 grid-cols-[6rem_minmax(0,1fr)] items-center gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]"
          >
            <bdi className="truncate font-mono text-xs" title={run.label}>
              {run.label}
            </bdi>
            <span
              role="img"
              aria-label={`${run.label}: ${formatCount(columns.filter((column) => column.means[i] !== null).length)} columns of examples, the table below has each`}
              className="h-4 rounded-[2px]"
              style={{ background: stripes(columns, i, scale) }}
            />
          </li>
        ))}
      </ul>
      <p className="mt-2.5 text-muted-foreground text-xs">
        {alike > 0
          ? `${formatCount(alike)} of ${formatCount(shared)} examples give every run the same score: they do not tell the runs apart.`
          : `Each of ${formatCount(shared)} examples tells some of the runs apart.`}
        {against && against.length > 0 && (
          <>
            {` On ${formatCount(against_count)}, runs that are better elsewhere do worse, which may be chance or a wrong label: `}
            {against.map(({ example_id: id }, i) => (
              <span key={id}>
                {i > 0 && ", "}
                <Link href={compareHref(state, { example: id })} scroll={false} prefetch={false} className="link break-anywhere">
                  <bdi>{id}</bdi>
                </Link>
              </span>
            ))}
            {against_count > against.length && ` and ${formatCount(against_count - against.length)} more`}.
          </>
        )}
      </p>
    </Section>
  )
}

/** One run's columns side by side, as a background: an element for each would be thousands. */
function stripes(columns: CompareHealthResponse["columns"], run: number, scale: Scale): string {
  const stops = columns.map(({ means }, i) => {
    const mean = means[run] ?? null
    const colour = mean === null ? "transparent" : rewardColour(rewardShare(mean, scale))
    return `${colour} ${((i / columns.length) * 100).toFixed(3)}% ${(((i + 1) / columns.length) * 100).toFixed(3)}%`
  })
  return `linear-gradient(to right, ${stops.join(", ")})`
}
