import { ResultFigure } from "@/components/charts/result-figure.tsx"
import { withEarlier } from "@/components/shared/run-facts.ts"
import { figureOf } from "@/components/shared/runs/result.ts"
import { Section } from "@/components/ui/section.tsx"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import type { Attempt, Evaluation, Interval95, RunStatistics } from "@/contract/index.ts"
import { cardRun, cardTable, pageMeaning } from "@/contract/report/card-table.ts"
import { latexTable, markdownTable } from "@/contract/report/write-table.ts"
import { formatCount, formatInstant, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { FailurePanel } from "../failure-panel.tsx"
import { Metrics } from "../metrics.tsx"
import { headlineOf } from "../result/headline.ts"
import { OutcomeBar } from "../result/outcome-bar.tsx"
import { PassRates } from "../result/pass-rates.tsx"
import { RetriedNote } from "../result/retried-note.tsx"
import { Means } from "./means.tsx"
import { PrintButton } from "./print-button.tsx"
import { ReportFacts } from "./report-facts.tsx"
import { reportWarnings } from "./report-warnings.ts"

interface ReportCardProps {
  run: Evaluation
  statistics: RunStatistics
  attempts: readonly Attempt[]
  /** When the report is made. */
  now: number
}

/** A run on a page or two of paper: what it says, what that stands on, and what a reader should know before they rely on it. */
export function ReportCard({ run: row, statistics, attempts, now }: ReportCardProps) {
  const { run, earlierMs } = withEarlier(row, attempts)
  const { said, rest, proof } = headlineOf(run, statistics)
  const warnings = reportWarnings(run, statistics)
  const table = cardTable([cardRun(run, statistics)], pageMeaning)
  return (
    <article
      aria-labelledby="report"
      className="mx-auto flex w-full min-w-0 max-w-[52rem] flex-col gap-6 print:block print:max-w-none print:space-y-5 print:[&_button]:hidden print:[&_section]:break-inside-avoid print:[&_summary]:hidden"
    >
      <div className="flex flex-wrap items-center gap-2">
        <h2 id="report" className="font-semibold text-sm">
          Report card
        </h2>
        <p className="text-2xs text-muted-foreground">{`made ${formatInstant(new Date(now).toISOString())}`}</p>
        <div className="ml-auto flex flex-wrap items-center gap-1 print:hidden">
          <CopyButton text={markdownTable(table)} label="Copy the table in Markdown">
            Markdown
          </CopyButton>
          <CopyButton text={latexTable(table)} label="Copy the table in LaTeX">
            LaTeX
          </CopyButton>
          <PrintButton />
        </div>
      </div>
      <Sentence rest={rest} proof={proof}>
        {said}
      </Sentence>
      <FailurePanel run={run} />
      {statistics.reward && <ResultFigure {...figureOf(statistics)} />}
      <RetriedNote statistics={statistics} />
      {statistics.samples > 0 && <OutcomeBar runId={run.evaluation_id} statistics={statistics} />}
      <ByPass statistics={statistics} />
      <Section id="what" title="What was run">
        <ReportFacts run={run} statistics={statistics} earlierMs={earlierMs} now={now} />
      </Section>
      {warnings.length > 0 && (
        <Section id="know" title="To know">
          <ul className="list-disc space-y-1 pl-4 text-sm">
            {warnings.map((text) => (
              <li key={text} className="break-anywhere">
                {text}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Means statistics={statistics} />
      <PassRates run={run} statistics={statistics} />
      <Metrics run={run} statistics={statistics} />
      {statistics.reward?.interval95 && (
        <Section id="method" title="How the interval is computed">
          <p className="text-sm">{`${methodWords(statistics.reward.interval95)}${groupWords(statistics)}`}</p>
        </Section>
      )}
      <p className="break-anywhere border-t pt-2 text-2xs text-muted-foreground">{run.viewer_url ?? paths.evaluation(run.evaluation_id)}</p>
    </article>
  )
}

/** How many examples always, sometimes and never pass: what the mean does not say. */
function ByPass({ statistics: { examples_by_pass: by, pass_threshold: threshold } }: { statistics: RunStatistics }) {
  if (!by || by.always + by.sometimes + by.never === 0) return null
  return (
    <p className="text-sm">
      {`Of the examples, ${formatCount(by.always)} pass in all of their rollouts, ${formatCount(by.sometimes)} in some and ${formatCount(by.never)} in none; a rollout passes with a reward of ${formatScore(threshold)} or more.`}
    </p>
  )
}

const groupWords = ({ clusters }: RunStatistics): string =>
  clusters
    ? ` Examples that have the same ${clusters.by} belong together, as the author of the environment declares, and such a group is the observation in their place: there are ${formatCount(clusters.count)}.`
    : ""

const methodWords = ({ approximate, of_all_examples: isOfAll }: Interval95): string =>
  isOfAll
    ? "The run asked its examples in a random order and stopped when its answer was settled. The interval is that of a confidence sequence for drawing without replacement (Waudby-Smith and Ramdas 2024): it is one for the mean over all examples that the run would have asked, and wrong in at most 5 % of runs, whenever they stop. So are the other intervals here, but for those marked ≈, of values whose range is not known: they are made for one look, and somewhat too narrow for a run that chose when to stop."
    : approximate
      ? "The examples are taken for a sample of all examples of their kind, and the rollouts of one example for one observation: the interval is the mean ± Student's t times its clustered standard error, with one degree of freedom less than there are examples."
      : "The examples are taken for a sample of all examples of their kind, and the rollouts of one example for one observation. Each limit is a quantile of the beta distribution that has the mean and the variance of a randomly weighted mean of the examples, to which two pseudo-examples at the ends of the range of rewards are added, so that it covers 95 % also where few examples differ. It says how far the mean may lie from that of all such examples; it says nothing about other kinds of examples."
