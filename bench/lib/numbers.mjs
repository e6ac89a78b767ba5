/** @param {number[]} values */
export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [below = Number.NaN, above = Number.NaN] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 ? above : (below + above) / 2
}

/** 12.34 s, from milliseconds. @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`

/** "1.03 (0.99–1.08)": median and range. @param {number[]} values */
export const spread = (values) => `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`
