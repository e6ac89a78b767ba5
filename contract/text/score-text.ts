import type { Interval95 } from "../statistics/run-statistics.ts"

const plainMin = 1e-4
const plainMax = 1e7
/** Closer to a whole number than this is the sum of a rubric's weights in floating point: 0.7 + 0.2 + 0.1 is 0.9999999999999999. */
const noise = 1e-12

/**
 * A score or metric in four significant digits, whole numbers in full up to ten million, others as a power of ten: 0.75, 12.13, 1.235e7,
 * 1e-5. What is not 0 or 1 never reads 0 or 1: it gets as many digits as tell it apart.
 */
export function formatScore(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–"
  const size = Math.abs(value)
  if (size === 0) return "0"
  if (size < plainMin || size >= plainMax) return value.toExponential(3).replace(/\.?0*e\+?/, "e")
  const isUnit = Math.abs(size - 1) < noise
  for (let decimals = Math.max(0, 3 - Math.floor(Math.log10(size))); ; decimals++) {
    const rounded = Number(value.toFixed(decimals))
    if (Math.abs(rounded) !== 1 || isUnit) return String(rounded)
  }
}

/** No column of scores has more. */
const columnDecimalsMax = 4

/** How many decimals the scores of a column have, so that their points stand under each other: as many as any of them needs, at most four. */
export const columnDecimals = (values: Iterable<number | null | undefined>): number => {
  let most = 0
  for (const value of values) {
    const [, decimals] = /^[^e]*\.(\d+)$/.exec(formatScore(value)) ?? []
    most = Math.max(most, decimals?.length ?? 0)
  }
  return Math.min(columnDecimalsMax, most)
}

/**
 * A score in a column of them. What its decimals cannot tell from 0 or 1, and powers of ten, read as they do alone.
 * @param decimals those of the column, as `columnDecimals` has found them
 */
export function formatInColumn(value: number | null | undefined, decimals: number): string {
  const alone = formatScore(value)
  if (value === null || value === undefined || !Number.isFinite(Number(alone)) || alone.includes("e")) return alone
  const text = value.toFixed(decimals)
  const size = Math.abs(Number(text))
  return (size === 0 || size === 1) && size !== Math.abs(Number(alone)) ? alone : text
}

/** A difference with its sign in a column of them: +0.0033, −0.1400, 0.0000. */
export const formatDifferenceInColumn = (value: number, decimals: number): string =>
  `${value === 0 ? "" : value < 0 ? "−" : "+"}${formatInColumn(Math.abs(value), decimals)}`

/** The limits of a 95 % interval: 0.41 to 0.83, ≈ 9.2 to 12.5 where it is approximate. */
export function formatInterval({ low, high, approximate }: Interval95): string {
  const decimals = decimalsOf(low, high)
  const [from, to] = [low, high].map((limit) => formatScore(Math.abs(limit) < plainMax ? Number(limit.toFixed(decimals)) : limit))
  return `${approximate ? "≈ " : ""}${from} to ${to}`
}

/** Two digits of an interval's width say enough. */
const decimalsOf = (low: number, high: number): number => Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(high - low || 1))))

/** The size of a value in as many digits as its interval has. */
export const formatSize = (value: number, { low, high }: Interval95): string =>
  formatScore(Math.abs(value) < plainMax ? Math.abs(Number(value.toFixed(decimalsOf(low, high)))) : Math.abs(value))

/** A difference with its sign, in as many digits as its interval has: +0.16, −0.2, 0. */
export const formatDifference = (value: number, interval95?: Interval95 | null): string => {
  const size = interval95 ? formatSize(value, interval95) : formatScore(Math.abs(value))
  return size === "0" ? size : `${value < 0 ? "−" : "+"}${size}`
}

/** The limits of a difference's interval, with the same sign for less. */
export const formatDifferences = (interval95: Interval95): string => formatInterval(interval95).replaceAll("-", "−")

/** A p-value as it stands in a sentence: p = 0.011, p < 0.001. */
export const formatPValue = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${Number(p.toPrecision(2))}`)
