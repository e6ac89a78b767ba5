/** The ratings that have a word, on the scale from 0 to 1 that most rewards have. */
export const ratingWords = { right: 1, partly: 0.5, wrong: 0 } as const

/** A rating counts as a pass from here on. */
export const ratingPasses = 0.5
