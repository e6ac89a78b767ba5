/** The library's default: a rollout passes when its reward is at least this. */
export const passThreshold = 0.5
