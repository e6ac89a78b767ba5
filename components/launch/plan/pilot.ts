import type { PlannedSize } from "@/contract/statistics/planned-size.ts"
import type { LaunchValues } from "../launch-schema.ts"

/** A run that is small enough to be tried before the real one. */
export const pilotSize: PlannedSize = { examples: 5, rollouts: 1 }

/** The same run in the size of a pilot. */
export const pilotValues = (values: LaunchValues): LaunchValues => ({
  ...values,
  num_examples: pilotSize.examples,
  rollouts_per_example: pilotSize.rollouts,
})

/** Whether a run of that size is no larger than its pilot would be. */
export const isPilotSized = ({ examples, rollouts }: PlannedSize): boolean =>
  examples <= pilotSize.examples && rollouts <= pilotSize.rollouts
