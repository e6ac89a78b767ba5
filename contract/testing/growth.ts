const triesMax = 12
const enoughMs = 1500

/**
 * How many times longer something takes for twice the size: about 2 when its time grows with the size, 4 when with the square of it.
 * Measured between a size and sixteen times that size, each tried several times in turn, of which the least counts, since other
 * programs take time as well.
 * @param work takes some tenths of a millisecond or more at this size
 */
export function growth(work: (size: number) => void, size: number): number {
  const started = performance.now()
  let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let i = 0; i < 2 || (i < triesMax && performance.now() - started < enoughMs); i++) {
    short = Math.min(
      short,
      timeOf(() => work(size)),
    )
    long = Math.min(
      long,
      timeOf(() => work(16 * size)),
    )
  }
  return (long / short) ** (1 / 4)
}

function timeOf(work: () => void): number {
  const started = performance.now()
  work()
  return performance.now() - started
}
