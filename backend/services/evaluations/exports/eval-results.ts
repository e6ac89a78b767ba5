import { formatInterval } from "../../../../contract/text/score-text.ts"
import type { Exporter } from "./exporter.ts"
import { printable, type RunResult, readResult, wholeText } from "./read-result.ts"

/** A text as YAML: that of JSON. */
const quoted = (text: string): string => printable(JSON.stringify(text.toWellFormed()))

/** A number as YAML 1.1 reads it: 1e-7 would be a text. */
const numberText = (value: number): string => String(value).replace(/^(-?\d+)e/, "$1.0e")

/**
 * The mean reward as an entry of `.eval_results/*.yaml` of a model's repository (huggingface.co/docs/hub/eval-results). Which benchmark of
 * the Hub it is a result of, the platform cannot know: the environment's name stands in its place. An empty list without a reward.
 */
export const exportEvalResults: Exporter = async (ctx, id) => wholeText(evalResults(await readResult(ctx, id)))

function evalResults({ run, statistics }: RunResult): string {
  const { reward } = statistics
  if (!reward) return "[]\n"
  const { environment } = run
  const dataset = environment ? `${environment.owner}/${environment.name}` : (run.environment_names?.[0] ?? run.dataset ?? run.name)
  return [
    "# Put this into .eval_results/ of the model's repository. Before, set dataset.id and task_id to those of the benchmark on the Hub,",
    "# and write the value as its leaderboard does: some count in percent.",
    "- dataset:",
    `    id: ${quoted(dataset)}`,
    '    task_id: "default"',
    `  value: ${numberText(reward.mean)}`,
    `  date: ${quoted(run.completed_at ?? run.updated_at)}`,
    ...(run.viewer_url ? ["  source:", `    url: ${quoted(run.viewer_url)}`, `    name: ${quoted(run.name)}`] : []),
    `  notes: ${quoted(notesOf({ run, statistics }))}`,
    "",
  ].join("\n")
}

function notesOf({ run, statistics }: Pick<RunResult, "run" | "statistics">): string {
  const { reward, samples, examples, errored } = statistics
  const interval = reward?.interval95
    ? `95 % interval ${formatInterval(reward.interval95)}${reward.interval95.of_all_examples ? " (of all examples, right whenever the run stopped)" : ""}`
    : "no interval"
  const version = run.environment?.version ? `environment version ${run.environment.version}, ` : ""
  return `mean reward, ${interval}, ${version}${samples} rollouts of ${examples} examples, ${errored} with an error`
}
