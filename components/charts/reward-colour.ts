/** Lowest and highest reward of an axis. */
export interface Scale {
  min: number
  max: number
}

/** A reward's place on the axis, 0–1. Scales within 0–1 are taken as 0–1. */
export function rewardShare(reward: number, scale: Scale): number {
  const low = Math.min(0, scale.min)
  const high = Math.max(1, scale.max)
  // Halved, because the distance of two huge rewards need not be finite.
  return Math.min(1, Math.max(0, (reward / 2 - low / 2) / (high / 2 - low / 2)))
}

/** The colour of a place on the axis, 0–1: orange over sand to blue, which every kind of colour blindness tells apart. */
export function rewardColour(share: number): string {
  const [end, percent] = share < 0.5 ? ["low", (0.5 - share) * 200] : ["high", (share - 0.5) * 200]
  return `color-mix(in oklab, var(--reward-${end}) ${Math.round(percent)}%, var(--reward-middle))`
}
