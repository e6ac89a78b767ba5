import type { HostedEvalConfig } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"

/** A configuration in a few words: "20 × 3, 2 arguments, temperature 0.2". */
export function presetText(config: HostedEvalConfig): string {
  const examples = config.num_examples > 0 ? formatCount(config.num_examples) : "all"
  const given = Object.keys(config.env_args ?? {}).length
  const temperature = config.sampling_args?.temperature
  return [
    `${examples} × ${formatCount(config.rollouts_per_example)}`,
    given > 0 ? `${given} argument${given === 1 ? "" : "s"}` : null,
    typeof temperature === "number" ? `temperature ${temperature}` : null,
  ]
    .filter(Boolean)
    .join(", ")
}
