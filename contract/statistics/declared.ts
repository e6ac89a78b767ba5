import * as z from "zod"
import { limits } from "../limits.ts"
import type { ValueRange } from "./interval.ts"

const Reward = z.number().min(-limits.rewardMax).max(limits.rewardMax)

/** What the author of an environment says of its scores: under `[tool.verifiers.eval]` of its pyproject.toml, and then in the metadata of its runs. */
const declared = {
  reward_range: z.tuple([Reward, Reward]).refine(([low, high]) => low < high),
  cluster_by: z.string().min(1).max(limits.clusterFieldCharactersMax),
  agreeing_metrics: z.array(z.tuple([z.string().min(1).max(200), z.string().min(1).max(200)])).max(20),
}

export interface Declared {
  /** The smallest and the largest reward that there can be. */
  reward_range?: [number, number]
  /** A field of a sample, with dots between the names of a path: examples that have the same value in it are no independent ones. */
  cluster_by?: string
  /** Pairs of metrics that say the same. */
  agreeing_metrics?: [string, string][]
}

/** What is declared in a table of names and values; what has another shape is not. */
export function declaredIn(values: unknown): Declared {
  const { reward_range, cluster_by, agreeing_metrics } = (values ?? {}) as Record<string, unknown>
  const range = declared.reward_range.safeParse(reward_range)
  const field = declared.cluster_by.safeParse(cluster_by)
  const metrics = declared.agreeing_metrics.safeParse(agreeing_metrics)
  return {
    ...(range.success ? { reward_range: range.data } : {}),
    ...(field.success ? { cluster_by: field.data } : {}),
    ...(metrics.success ? { agreeing_metrics: metrics.data } : {}),
  }
}

/** The range in which the rewards of a run are declared to lie, by its metadata; null where none is. */
export const rewardRangeIn = (metadata: unknown): ValueRange | null => declaredIn(metadata).reward_range ?? null
