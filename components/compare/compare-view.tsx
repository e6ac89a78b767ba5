import { Plus } from "lucide-react"
import type { ReactNode } from "react"
import { differenceReach } from "@/components/charts/difference-ruler.tsx"
import { RewardLegend } from "@/components/charts/reward-legend.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import type { ComparedRun, CompareExamplesResponse, CompareResponse } from "@/contract/compare/compare.ts"
import type { CompareHealthResponse } from "@/contract/compare/health.ts"
import { rankWords, underWayWords, verdictWords } from "@/contract/compare/words.ts"
import { formatCount } from "@/lib/format.ts"
import { ChangeChips } from "./change-chips.tsx"
import { compareHref } from "./compare-href.ts"
import { type CompareState, orderOf } from "./compare-search.ts"
import { ExampleList } from "./example-list.tsx"
import { ExamplesHealth } from "./examples-health.tsx"
import { CompareRail } from "./rail.tsx"
import { RunRulers } from "./run-rulers.tsx"
import { SaveComparison } from "./save-comparison.tsx"
import { UnderWay } from "./under-way.tsx"

interface CompareViewProps {
  state: CompareState
  comparison: CompareResponse
  examples: CompareExamplesResponse
  /** Null for two runs, whose examples the list has. */
  health: CompareHealthResponse | null
  /** What is shown of the example that is opened. */
  detail: ReactNode
  /** Whether the viewer may pin the baseline for its environment. */
  canPin: boolean
  /** Whether the platform writes tables of comparisons. */
  canExport: boolean
}

/** The run whose examples are listed beside the baseline's. */
export const secondRun = ({ runs }: CompareResponse, { run }: CompareState): number =>
  Math.max(
    1,
    runs.findIndex((one) => one.evaluation_id === run),
  )

/** From 0 to 1, or as wide as the rewards are. */
export const scaleOf = (examples: CompareExamplesResponse) => {
  const rewards = examples.examples.flatMap(({ runs }) => runs.flatMap(({ rollouts }) => rollouts.flatMap(({ reward }) => reward ?? [])))
  return { min: Math.min(0, ...rewards), max: Math.max(1, ...rewards) }
}

/** Runs beside each other: what can be said, the picture that proves it, and the examples behind it. */
export function CompareView({ state, comparison, examples, health, detail, canPin, canExport }: CompareViewProps) {
  const { runs, margin } = comparison
  const second = secondRun(comparison, state)
  const [baseline, run] = [runs[0], runs[second]] as [ComparedRun, ComparedRun]
  const against = run.against_baseline as NonNullable<ComparedRun["against_baseline"]>
  const words = runs.length === 2 ? verdictWords(run, baseline, against, margin) : rankWords(comparison)
  const underWay = underWayWords(runs)
  const scale = scaleOf(examples)
  const isUpwards = orderOf(state) === "asc"
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {underWay && <UnderWay words={underWay} runs={runs} isRead={state.example !== null || state.after !== null} />}
      {!underWay?.isAll && (
        <Sentence rest={words.rest} proof={words.proof}>
          {words.claim}
        </Sentence>
      )}
      <div className="grid min-w-0 items-start gap-x-10 gap-y-7 lg:grid-cols-[minmax(0,1fr)_17rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <Section
            id="means"
            title="Means"
            note="with their 95 % intervals, on one axis"
            action={<SaveComparison comparison={comparison} canExport={canExport} />}
          >
            <RunRulers runs={runs} />
          </Section>
          {health && <ExamplesHealth runs={runs} health={health} state={state} />}
          <section aria-labelledby="examples" className="flex min-w-0 flex-col gap-3">
            <h2 id="examples" className="sr-only">
              Examples
            </h2>
            {runs.length > 2 && <RunTabs runs={runs} second={second} state={state} />}
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
              <ChangeChips against={against} shown={state.show} href={(show) => compareHref(state, { show, order: null })} />
              <Link
                href={compareHref(state, { order: isUpwards ? "desc" : "asc" })}
                scroll={false}
                prefetch={false}
                className="rounded-sm text-2xs text-muted-foreground hover:underline"
              >
                {isUpwards ? "largest loss first" : "largest gain first"}
              </Link>
            </div>
            {examples.examples.length === 0 ? (
              <EmptyState title={state.show ? "No such example" : "No examples yet"} level={3} className="py-8">
                {state.show ? "No example of these runs changed in this way." : "They are listed as soon as a run has finished a rollout."}
              </EmptyState>
            ) : (
              <ExampleList
                examples={examples.examples.map((example) => ({ ...example, runs: [0, second].flatMap((i) => example.runs[i] ?? []) }))}
                labels={[baseline.label, run.label]}
                scale={scale}
                reach={differenceReach(examples.examples.map(({ difference }) => difference ?? 0))}
                opened={state.example}
                closedHref={compareHref(state, { after: state.after })}
                detail={detail}
              />
            )}
            <div className="flex flex-wrap items-center justify-between gap-3">
              <RewardLegend scale={scale} shapes={["truncated", "error"]} />
              <span className="flex items-center gap-3 text-muted-foreground text-xs">
                {`${formatCount(examples.examples.length)} of ${formatCount(examples.total)} examples`}
                {state.after !== null && (
                  <ButtonLink size="sm" scroll={false} prefetch={false} href={compareHref(state, {})}>
                    First
                  </ButtonLink>
                )}
                {examples.next !== null && (
                  <ButtonLink size="sm" scroll={false} prefetch={false} href={compareHref(state, { after: examples.next })}>
                    Next
                  </ButtonLink>
                )}
              </span>
            </div>
          </section>
        </div>
        <CompareRail comparison={comparison} canPin={canPin} />
      </div>
    </div>
  )
}

/** Of several runs, whose examples are listed beside the baseline's. */
function RunTabs({ runs, second, state }: { runs: readonly ComparedRun[]; second: number; state: CompareState }) {
  return (
    <nav aria-label="Run beside the baseline" className="flex flex-wrap items-center gap-x-1 gap-y-1 text-sm">
      <span className="mr-1 text-muted-foreground text-xs">{`Beside ${runs[0]?.label}:`}</span>
      {runs.slice(1).map((run, i) => (
        <Link
          key={run.evaluation_id}
          href={compareHref(state, { run: run.evaluation_id })}
          scroll={false}
          prefetch={false}
          aria-current={second === i + 1 ? "true" : undefined}
          className="max-w-full truncate rounded-md px-2 py-1 font-mono text-muted-foreground text-xs hover:bg-muted aria-[current]:bg-muted aria-[current]:font-medium aria-[current]:text-foreground"
        >
          {run.label}
        </Link>
      ))}
    </nav>
  )
}

/** The buttons above a comparison: more runs, and the other way round. */
export function CompareButtons({ state, canAdd }: { state: CompareState; canAdd: boolean }) {
  const [baseline, second, ...others] = state.runs
  return (
    <>
      {baseline && second && (
        <ButtonLink href={compareHref(state, { runs: [second, baseline, ...others], run: null })} prefetch={false} scroll={false}>
          Swap baseline
        </ButtonLink>
      )}
      {canAdd && (
        <ButtonLink href={compareHref(state, { choose: true })} prefetch={false}>
          <Plus aria-hidden />
          Add a run
        </ButtonLink>
      )}
    </>
  )
}
