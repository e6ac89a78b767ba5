import * as z from "zod"
import { Id } from "../common.ts"
import { sampleIdsMax } from "../samples/samples.ts"
import { passThreshold } from "../statistics/pass-threshold.ts"
import { clustersOf } from "./clusters.ts"
import type { Observed } from "./observed.ts"
import { type Measured, partedMetrics } from "./parted-metrics.ts"
import { suspicionKinds, suspicionsOf } from "./suspicious.ts"

const clustersMax = 20
/** A kind of failure with fewer members is no kind. */
const clusterSamplesMin = 2

const Found = z.object({
  name: z.string().describe("What they have in common, to be read behind their number: “stop with max_turns”"),
  samples: z.int().describe("How many"),
  examples: z.int(),
  sample_ids: z.array(z.string()).describe(`The first ${sampleIdsMax}`),
})

export const RunFindings = z
  .object({
    evaluation_id: Id,
    looked_at: z.int().describe("How many samples were read: the first ones, where the run has more"),
    samples: z.int(),
    failures: z.int().describe("How many of them ended with an error, were cut off, or have a reward below the threshold"),
    threshold: z.number(),
    clusters: z
      .array(Found.extend({ outcome: z.enum(["error", "truncated", "ok"]).describe("That of the first; ok: the reward is low") }))
      .describe("Failures that are alike, the largest group first"),
    suspicions: z
      .array(Found.extend({ kind: z.enum([...suspicionKinds, "metrics_parted"]) }))
      .describe("Samples with a suspicious reward; metrics_parted: with metrics that went together in earlier runs and do not here"),
  })
  .meta({ id: "RunFindings", description: "What stands out in a run, found without a model. Nothing of it changes a score." })
export type RunFindings = z.infer<typeof RunFindings>

const isFailure = ({ outcome, reward }: Observed, threshold: number): boolean => outcome !== "ok" || reward === null || reward < threshold

const toFound = ({ name, samples }: { name: string; samples: readonly Observed[] }) => ({
  name,
  samples: samples.length,
  examples: new Set(samples.map(({ example_id }) => example_id)).size,
  sample_ids: samples.slice(0, sampleIdsMax).map(({ sample_id }) => sample_id),
})

/** A sample's reward and metrics, as they are held against those of earlier runs. */
export const measuredOf = ({ example_id, reward, metrics }: Pick<Observed, "example_id" | "reward" | "metrics">): Measured => ({
  example_id,
  values: reward === null ? metrics : { reward, ...metrics },
})

interface Known {
  /** The rollouts without an error of earlier runs. */
  earlier: readonly (readonly Measured[])[]
  /** Pairs of metrics of which the author says that they agree. */
  named: readonly (readonly [string, string])[]
}

/**
 * What stands out among the samples of a run.
 * @param samples those that were read, of `total`
 * @param known what is known of the environment's metrics beyond the run
 */
export function findingsOf(
  evaluationId: string,
  samples: readonly Observed[],
  total: number,
  { earlier, named }: Known = { earlier: [], named: [] },
  threshold = passThreshold,
): RunFindings {
  const failures = samples.filter((sample) => isFailure(sample, threshold))
  const others = samples.filter((sample) => !isFailure(sample, threshold))
  const clusters = clustersOf(failures, others).filter((one) => one.samples.length >= clusterSamplesMin)
  const measured = samples.flatMap((sample) => (sample.outcome === "error" ? [] : [{ sample, ...measuredOf(sample) }]))
  const parted = partedMetrics(measured, earlier, named)
  return {
    evaluation_id: evaluationId,
    looked_at: samples.length,
    samples: total,
    failures: failures.length,
    threshold,
    clusters: clusters.slice(0, clustersMax).map((one) => ({ ...toFound(one), outcome: one.samples[0]?.outcome ?? "ok" })),
    suspicions: [
      ...suspicionsOf(samples).map((one) => ({ kind: one.kind, ...toFound(one) })),
      ...parted.map(({ name, rows }) => ({
        kind: "metrics_parted" as const,
        ...toFound({ name, samples: rows.map(({ sample }) => sample) }),
      })),
    ],
  }
}
