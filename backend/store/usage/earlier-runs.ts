import { and, desc, eq, gt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations, rolloutUsage, samples, usageTotals } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

/** What a completed run used. */
export interface EarlierRun {
  id: string
  rollouts: number
  promptTokens: number
  cachedTokens: number
  completionTokens: number
  /** From the start of its only attempt to its end; null where there were several, between which it waited. */
  seconds: number | null
  /** How many rollouts ran at the same time at most, as it was configured; null for what runs do without it. */
  maxConcurrent: number | null
  /** Standard deviation of its rollouts' weighted tokens divided by their mean; null where the two cannot be told. */
  usageVariation: number | null
  /** Mean of what its rollouts took, and the same of that; null where none was timed. */
  secondsPerRollout: number | null
  secondsVariation: number | null
}

const runsMax = 10

/** How many rollouts of each are looked at for how much single ones vary. */
const rolloutsMax = 1000

/** What a token weighs among those of a rollout, such as its price. */
export interface TokenWeights {
  prompt: number
  cached: number
  completion: number
}

/** The viewer's last completed runs of an environment, with one model or with any, newest first. */
export async function listEarlierRuns(
  db: Db,
  viewer: Viewer,
  environmentId: string,
  { model, weights }: { model: string | null; weights: TokenWeights },
): Promise<EarlierRun[]> {
  const last = db
    .select({
      id: evaluations.id,
      createdAt: evaluations.createdAt,
      rollouts: evaluations.samplesDone,
      promptTokens: usageTotals.promptTokens,
      cachedTokens: usageTotals.cachedTokens,
      completionTokens: usageTotals.completionTokens,
      seconds: sql<number | null>`case when ${evaluations.attempt} = 1
        then extract(epoch from (${evaluations.completedAt} - ${evaluations.startedAt}))::float8 end`.as("seconds"),
      maxConcurrent: sql<number | null>`(${evaluations.evalConfig} ->> 'max_concurrent')::float8`.as("max_concurrent"),
    })
    .from(evaluations)
    .innerJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(
      and(
        ownedBy(evaluations, viewer),
        eq(evaluations.environmentId, environmentId),
        eq(evaluations.isHosted, true),
        // A run that was stopped paid for rollouts that it did not finish.
        eq(evaluations.status, "COMPLETED"),
        gt(evaluations.samplesDone, 0),
        gt(usageTotals.requests, 0),
        model === null ? undefined : eq(evaluations.modelName, model),
      ),
    )
    .orderBy(desc(evaluations.createdAt))
    .limit(runsMax)
    .as("last")
  const { prompt, cached, completion } = weights
  const weight = sql`(${rolloutUsage.promptTokens} - ${rolloutUsage.cachedTokens}) * ${prompt}::float8
    + ${rolloutUsage.cachedTokens} * ${cached}::float8 + ${rolloutUsage.completionTokens} * ${completion}::float8`
  const usage = sql`lateral (select stddev_samp(weight) / nullif(avg(weight), 0) as variation from (
    select ${weight} as weight from ${rolloutUsage} where ${rolloutUsage.evaluationId} = ${last.id} limit ${rolloutsMax}) looked) usage`
  const durations = sql`lateral (select avg(seconds) as mean, stddev_samp(seconds) / nullif(avg(seconds), 0) as variation from (
    select ${samples.durationMs} / 1000 as seconds from ${samples} where ${samples.evaluationId} = ${last.id}
      and not ${samples.superseded} and ${samples.durationMs} is not null limit ${rolloutsMax}) looked) durations`
  const { createdAt, ...own } = last._.selectedFields
  return db
    .select({
      ...own,
      usageVariation: sql<number | null>`usage.variation`,
      secondsPerRollout: sql<number | null>`durations.mean`,
      secondsVariation: sql<number | null>`durations.variation`,
    })
    .from(last)
    .leftJoin(usage, sql`true`)
    .leftJoin(durations, sql`true`)
    .orderBy(desc(createdAt))
}
