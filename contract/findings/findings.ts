import * as z from "zod"
import { Id } from "../common.ts"
import { sampleIdsMax } from "../samples/samples.ts"
import { passThreshold } from "../statistics/pass-threshold.ts"
import { clustersOf } from "./clusters.ts"
import { FailureKinds } from "./kinds.ts"
import { type Noted, note } from "./noted.ts"
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
    looked_at: z
      .int()
      .describe(
        "How many samples were read: all, of a run with more than 200,000 the first; the first 2,000 while the run is under way, and until a worker has read the others",
      ),
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

const toFound = ({ name, samples }: { name: string; samples: readonly Noted[] }) => ({
  name,
  samples: samples.length,
  examples: new Set(samples.map(({ example_id }) => example_id)).size,
  sample_ids: samples.slice(0, sampleIdsMax).map(({ sample_id }) => sample_id),
})

/** A sample's reward and metrics, as they are held against those of earlier runs. */
export const measuredOf = ({ example_id, reward, metrics }: Pick<Noted, "example_id" | "reward" | "metrics">): Measured => ({
  example_id,
  values: reward === null ? metrics : { reward, ...metrics },
})

interface Known {
  /** The rollouts without an error of earlier runs. */
  earlier: readonly (readonly Measured[])[]
  /** Pairs of metrics of which the author says that they agree. */
  named: readonly (readonly [string, string])[]
}

/** Takes the samples of a run one by one, and tells what stands out among them. Some hundred bytes are kept of each, and the words of a few thousand. */
export class SeenSamples {
  readonly #samples: Noted[] = []
  readonly #failures = new FailureKinds()
  #failed = 0

  constructor(private readonly threshold = passThreshold) {}

  get count(): number {
    return this.#samples.length
  }

  add(sample: Observed): void {
    const noted = note(sample)
    this.#samples.push(noted)
    const { outcome, reward, error, answer } = sample
    if (outcome === "ok" && reward !== null && reward >= this.threshold) return
    this.#failed++
    this.#failures.add(noted, outcome === "error" ? (error ?? "") : answer)
  }

  /**
   * What stands out, once all samples were taken.
   * @param total how many samples the run has
   * @param known what is known of the environment's metrics beyond the run
   */
  findings(evaluationId: string, total: number, { earlier, named }: Known = { earlier: [], named: [] }): RunFindings {
    const samples = this.#samples
    const clusters = clustersOf(this.#failures, samples).filter((one) => one.samples.length >= clusterSamplesMin)
    const measured = samples.flatMap((sample) => (sample.outcome === "error" ? [] : [{ sample, ...measuredOf(sample) }]))
    const parted = partedMetrics(measured, earlier, named)
    return {
      evaluation_id: evaluationId,
      looked_at: samples.length,
      samples: total,
      failures: this.#failed,
      threshold: this.threshold,
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
}
