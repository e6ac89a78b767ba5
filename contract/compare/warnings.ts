import { isTerminal } from "../run-states.ts"
import type { ComparedRun, CompareWarning, SettingDifference } from "./compare.ts"
import { isOneLook, isSettled } from "./one-look.ts"

/** Names of arguments that usually say who scores, and how. */
const scores = /judge|grader|scorer|scoring|rubric|reward/i

/** From this share of errors on they are mentioned. */
const errorShareMin = 0.01

interface Weakened {
  runs: readonly ComparedRun[]
  differs: readonly SettingDifference[]
  errors: "zero" | "excluded"
  /** For each run, of how many examples that it shares with the baseline the questions were looked at, and how many are not the same. */
  prompts: readonly { looked: number; differ: number }[]
}

const named = (differs: readonly SettingDifference[]): string => differs.map(({ key }) => key.replace(/^[a-z_]+\./, "")).join(", ")

/** What is not the same about runs, each with the conclusion that it weakens. */
export function compareWarnings({ runs, differs, errors, prompts }: Weakened): CompareWarning[] {
  const warnings: CompareWarning[] = []
  const all = runs.map((run) => run.evaluation_id)
  const warn = (kind: string, text: string, evaluation_ids: string[] = all) => warnings.push({ kind, text, evaluation_ids })
  const under = (...tables: string[]) => differs.filter(({ key }) => tables.some((table) => key.startsWith(`${table}.`)))
  const has = (key: string) => differs.some((one) => one.key === key)

  if (has("environment"))
    warn(
      "environment",
      "The runs are not of one environment. Examples are paired by their ids alone, which need not be the same questions.",
    )
  else if (has("version"))
    warn("version", "The version of the environment differs. The difference may come from its data or its scoring, and not from the model.")
  prompts.forEach(({ looked, differ }, i) => {
    const run = runs[i] as ComparedRun
    if (differ > 0)
      warn(
        "questions",
        `${run.label} was asked something else under ${differ} of ${looked} ids that it shares with the baseline. Differences of these examples say nothing.`,
        [run.evaluation_id],
      )
  })
  if (has("scores_of"))
    warn(
      "scoring",
      "Stored rollouts of a run were scored again. The difference may be one of scoring and not of answers, and rewards may not be on one scale.",
    )
  const args = under("env_args", "extra_env_kwargs")
  const judges = args.filter(({ key }) => scores.test(key))
  if (judges.length > 0)
    warn(
      "judge",
      `Scoring differs (${named(judges)}). Rewards may not be on one scale, and then no difference in them says which run is better.`,
    )
  const others = args.filter((one) => !judges.includes(one))
  if (others.length > 0)
    warn("arguments", `Arguments differ (${named(others)}). The runs may have been asked other questions, or have been given other tools.`)
  const sampling = under("sampling_args")
  if (sampling.length > 0 && has("model"))
    warn("sampling", `Sampling differs (${named(sampling)}). The difference may come from it, and not from the model.`)
  if (has("rollouts_per_example"))
    warn("rollouts", "Rollouts per example differ. Means can be compared, but the run with fewer adds more chance to the difference.")

  const failing = runs.filter((run) => run.errored > 0 && run.errored / run.samples >= errorShareMin)
  if (failing.length > 0)
    warn(
      "errors",
      `Rollouts with errors: ${failing.map((run) => `${run.errored} of ${run.samples} of ${run.label}`).join(", ")}. ${errors === "zero" ? "They count as 0, so part of the difference may be failures and not answers." : "They are left out, and with them perhaps what is hardest."}`,
      failing.map((run) => run.evaluation_id),
    )
  for (const run of runs) {
    const about = [run.evaluation_id]
    if (!isTerminal(run.status))
      warn("active", `${run.label} has not ended. What is said here is of its rollouts so far, and may change.`, about)
    else if (run.status !== "COMPLETED")
      warn("ended", `${run.label} ended as ${run.status}. The examples that it did reach may be easier or harder than the others.`, about)
    const against = run.against_baseline
    if (isSettled(run))
      warn(
        "settled",
        `${run.label} stopped when its answer was settled, after ${run.settling.examples} of ${run.settling.of} examples drawn at random. Limits of its mean and of differences are about all of these; they and the p-values are right whenever a run stops.`,
        about,
      )
    if (against?.interval95 && runs[0] && isOneLook(run, runs[0]))
      warn(
        "one_look",
        `${run.label} or the baseline chose when to stop, and the range of their rewards is not known. The interval of their difference and its p-value are made for a number of examples that was fixed before: here the interval is somewhat too narrow and the p-value too small, so no verdict is drawn from them.`,
        about,
      )
    if (against?.test === "betting_apart")
      warn(
        "drawn_apart",
        `${run.label} and the baseline both chose when to stop, and each drew its examples in an order of its own. Their means are held against each other, not their answers to the same examples: right whenever either stopped, but wider. Runs of one suite draw in one order and are paired.`,
        about,
      )
    if (against && against.examples > 0 && against.cannot_compare > 0)
      warn(
        "overlap",
        `${against.cannot_compare} of ${against.cannot_compare + against.examples} examples have a reward in only one of ${run.label} and the baseline, and count in neither direction. The difference is that of the others.`,
        about,
      )
    if (against?.interval95?.approximate)
      warn(
        "range",
        `Rewards of ${run.label} or the baseline lie outside 0 to 1, or outside the range that the environment declares. The interval is Student's t, which is too narrow where few examples decide.`,
        about,
      )
  }
  return warnings
}
