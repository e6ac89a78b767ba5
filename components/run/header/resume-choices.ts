import type { Unfinished } from "@/components/shared/run-facts.ts"
import type { ResumeMode } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"

interface Choice {
  mode: ResumeMode
  label: string
  button: string
}

const rollouts = (count: number) => `${formatCount(count)} ${count === 1 ? "rollout" : "rollouts"}`

/** The ways to resume, the largest first. The number of missing rollouts is unknown for a run that ended before it was counted. */
export function choicesOf({ missing, errored }: Unfinished): Choice[] {
  const missingWords = missing === null ? "the rollouts that are missing" : `the ${formatCount(missing)} missing`
  const both: Choice = {
    mode: "missing_and_errored",
    label: `Run ${missingWords} and the ${formatCount(errored)} errored ${errored === 1 ? "rollout" : "rollouts"}`,
    button: missing === null ? "Resume" : `Run ${rollouts(missing + errored)}`,
  }
  const onlyMissing: Choice = {
    mode: "missing",
    label:
      missing === null ? "Run the rollouts that are missing" : `Run the ${rollouts(missing)} that ${missing === 1 ? "is" : "are"} missing`,
    button: missing === null ? "Resume" : `Run ${rollouts(missing)}`,
  }
  const onlyErrors: Choice = {
    mode: "errors_only",
    label: `Run the ${rollouts(errored)} that ended with an error again`,
    button: `Run ${rollouts(errored)}`,
  }
  if (missing === 0) return [onlyErrors]
  return errored === 0 ? [onlyMissing] : [both, onlyMissing, onlyErrors]
}
