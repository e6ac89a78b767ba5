/** When the answer of a run is settled: as soon as either holds of its mean, or of its difference from another run. Both in the unit of rewards; one of them is not null. */
export interface Question {
  /** It is known to within ± this. */
  margin: number | null
  /** It lies above or below this for certain. */
  threshold: number | null
}

export interface Limits {
  low: number
  high: number
}

export type SettledVerdict = "margin" | "above" | "below"

/** What limits settle of a question; null while they settle nothing. */
export function settledVerdict({ low, high }: Limits, { margin, threshold }: Question): SettledVerdict | null {
  if (threshold !== null && low > threshold) return "above"
  if (threshold !== null && high < threshold) return "below"
  return margin !== null && high - low <= 2 * margin ? "margin" : null
}

/** In the place of a run: each other run of the same suite. */
export const suiteWord = "suite"

/** The question of a run's configuration, about its mean or, beside other runs, about the difference from each of these; null where it asks none. */
export function questionOf(config: unknown): Question | null {
  const { stop_margin, stop_threshold } = (config ?? {}) as { stop_margin?: number | null; stop_threshold?: number | null }
  // Of several differences some are small and some are large.
  if (againstOf(config) === suiteWord) return { margin: stop_margin ?? null, threshold: 0 }
  const question = { margin: stop_margin ?? null, threshold: stop_threshold ?? null }
  if (question.margin !== null || question.threshold !== null) return question
  return againstOf(config) === null ? null : { margin: null, threshold: 0 }
}

/** The run beside which the question is asked, as the configuration names it; null where it is about the mean alone. */
export const againstOf = (config: unknown): string | null => ((config ?? {}) as { stop_against?: string | null }).stop_against ?? null

/** After how many examples to look again: looking at each would take longer than it saves. */
export const nextLook = (examples: number): number => examples + Math.max(1, Math.floor(examples / 25))
