/** A part of a whole in percent, with one decimal. What is not none or all never reads 0% or 100%. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "–"
  const percent = Number(((part / whole) * 100).toFixed(1))
  if (percent === 0 && part > 0) return "< 0.1%"
  if (percent === 100 && part < whole) return "> 99.9%"
  return `${percent}%`
}

/** Whole numbers with thousands separators. */
export const formatCount = (value: number): string => value.toLocaleString("en-US")

/** "1 rollout", "1,200 rollouts". */
export const counted = (count: number, one: string): string => `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`

/** US dollars with as many decimals as small amounts need: $0, $0.0042, $1.25. */
export function formatMoney(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–"
  if (value === 0) return "$0"
  if (value < 0.0001) return "< $0.0001"
  if (value < 0.0995) return `$${Number(value.toPrecision(2))}`
  return `$${value.toFixed(2)}`
}

/** Seconds as people say them: 45 s, 4 min, 2.5 h. */
export function roughDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${Number((seconds / 3600).toFixed(1))} h`
}
