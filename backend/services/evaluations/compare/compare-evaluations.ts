import { compareSettings } from "../../../../contract/compare/settings.ts"
import { compareWarnings } from "../../../../contract/compare/warnings.ts"
import {
  type AlignedExamples,
  type ComparedRun,
  type ComparedToBaseline,
  type CompareQuery,
  type CompareResponse,
  calledDifferent,
  comparePair,
  differencesAt,
  type Evaluation,
  holm,
  meanOfExamples,
  type RunRank,
  rankRuns,
  settledInterval,
  significance,
  spanOf,
  wilcoxonSignedRank,
} from "../../../../contract/index.ts"
import { findBaseline } from "../../../store/evaluations/baselines.ts"
import { listRolloutsOf } from "../../../store/samples/compared-examples.ts"
import type { Context } from "../../context.ts"
import { toEvaluation } from "../to-evaluation.ts"
import { type ComparedRuns, readComparedRuns } from "./compared-runs.ts"
import { runLabels } from "./labels.ts"

/** Runs beside each other: each one's mean, its paired difference from the first, who can be told apart, and what is not the same about them. */
export async function compareEvaluations(ctx: Context, query: CompareQuery): Promise<CompareResponse> {
  const compared = await readComparedRuns(ctx, query)
  const { found, examples, aligned } = compared
  const [pinned, prompts] = await Promise.all([findPinned(ctx, compared), comparePrompts(ctx, compared)])
  const labels = runLabels(found.map(({ evaluation }) => evaluation))
  const evaluations = found.map((one) => toEvaluation(one, ctx.config.publicUrl))
  const { means, ranks, groups, against } = numbersOf(compared, query, evaluations)
  const runs = evaluations.map((run, i): ComparedRun => {
    const cost = run.usage?.cost_usd ?? null
    return {
      evaluation_id: run.evaluation_id,
      name: run.name,
      label: labels[i] as string,
      model_name: run.model_name,
      environment: run.environment ?? null,
      status: run.status,
      samples: run.total_samples,
      errored: run.progress?.errored ?? 0,
      examples: examples[i]?.ids.length ?? 0,
      ...withSettledInterval(means[i] as (typeof means)[number], run),
      settling: run.settling ?? null,
      cost_usd_per_sample: cost === null || run.total_samples === 0 ? null : cost / run.total_samples,
      rank: ranks[i] as (typeof ranks)[number],
      against_baseline: against[i] ?? null,
    }
  })
  const { differs, same } = compareSettings(evaluations)
  return {
    errors: query.errors,
    margin: query.margin,
    examples: aligned.ids.length,
    runs,
    groups: groups.map((group) => group.map((i) => (runs[i] as ComparedRun).evaluation_id)),
    differs,
    same,
    warnings: compareWarnings({ runs, differs, errors: query.errors, prompts }),
    pinned,
  }
}

/** A mean with the limits at which a run stopped; errors are part of what was settled, so another reading of them has its own interval. */
export const withSettledInterval = <Mean extends Numbers["means"][number]>(mean: Mean, { settling, progress }: Evaluation): Mean =>
  progress?.errored === 0 ? { ...mean, interval95: settledInterval(settling) ?? mean.interval95 } : mean

interface Numbers {
  means: ReturnType<typeof meanOfExamples>[]
  ranks: RunRank[]
  groups: number[][]
  against: (ComparedToBaseline | null)[]
}

/** The numbers of a comparison as it was last asked for, as long as it is kept. */
const known = new WeakMap<AlignedExamples, { margin: number; numbers: Numbers }>()

function numbersOf({ examples, aligned }: ComparedRuns, { errors, margin }: CompareQuery, runs: readonly Evaluation[]): Numbers {
  const before = known.get(aligned)
  if (before?.margin === margin) return before.numbers
  const means = examples.map((run) => meanOfExamples(run, errors))
  const order = means.map(({ mean }) => mean ?? Number.NaN)
  const numbers = { means, ...rankRuns(aligned, order), against: againstBaseline(aligned, margin, runs) }
  known.set(aligned, { margin, numbers })
  return numbers
}

/**
 * Each run beside the first one, for which there is null. Among several, chance makes some look better or worse: Holm's p-value has a say, too.
 * What is made for a fixed number of examples says nothing of a run that chose when to stop, and is left out there.
 */
function againstBaseline(aligned: AlignedExamples, margin: number, runs: readonly Evaluation[]): (ComparedToBaseline | null)[] {
  const pairs = aligned.means.slice(1).map((_, i) => comparePair(aligned, 0, i + 1, margin))
  const adjusted = holm(pairs.map((pair) => pair.p_value))
  return [
    null,
    ...pairs.map((pair, i): ComparedToBaseline => {
      const p_adjusted = adjusted[i] as number
      const isByChance = pairs.length > 1 && p_adjusted > significance && (pair.verdict === "better" || pair.verdict === "worse")
      const differences = differencesAt(aligned, 0, i + 1).filter((difference) => !Number.isNaN(difference))
      const both = [runs[0], runs[i + 1]] as Evaluation[]
      const isOneLook = both.every((run) => run.settling?.kind !== "settled")
      const isSame = compareSettings(both).differs.length === 0
      return {
        ...pair,
        ...(isByChance ? { verdict: "cannot_tell", more_examples: null } : {}),
        p_adjusted,
        wilcoxon_p: isOneLook ? wilcoxonSignedRank(differences) : null,
        same_configuration: isSame && isOneLook ? calledDifferent(differences, spanOf(aligned, 0, i + 1)) : null,
      }
    }),
  ]
}

/** The run that is pinned for the environment of all runs; null where they are of several, or none is. */
async function findPinned(ctx: Context, { found }: ComparedRuns): Promise<string | null> {
  const environments = new Set(found.map(({ evaluation }) => evaluation.environmentId))
  const [environmentId] = environments
  if (environments.size !== 1 || !environmentId) return null
  return (await findBaseline(ctx.db, ctx.viewer, environmentId))?.id ?? null
}

/** Of how many examples the questions are looked at. */
const promptsLooked = 50

/** For each run, how many of the first examples that it shares with the baseline begin with another question there. */
async function comparePrompts(ctx: Context, { found, aligned }: ComparedRuns): Promise<{ looked: number; differ: number }[]> {
  const shared = aligned.ids.filter((_, i) => aligned.has[0]?.[i] && aligned.has.slice(1).some((has) => has[i])).slice(0, promptsLooked)
  const ids = found.map(({ evaluation }) => evaluation.id)
  const prompts = new Map(
    (await listRolloutsOf(ctx.db, ids, shared, 1)).map((rollout) => [`${rollout.evaluationId} ${rollout.exampleId}`, rollout.prompt]),
  )
  return ids.map((id) => {
    let looked = 0
    let differ = 0
    for (const example of id === ids[0] ? [] : shared) {
      const own = prompts.get(`${id} ${example}`)
      if (own === undefined) continue
      looked++
      if (own !== prompts.get(`${ids[0]} ${example}`)) differ++
    }
    return { looked, differ }
  })
}
