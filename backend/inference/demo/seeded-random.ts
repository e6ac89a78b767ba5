import { createHash } from "node:crypto"

/** Random decisions that depend on nothing but the key. */
export type Random = {
  chance(probability: number): boolean
  /** A whole number from low to high, both included. */
  int(low: number, high: number): number
  pick<T>(items: readonly T[]): T
}

/** The SHA-256 of a text in hex. */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}

/** Makes a generator from a text key (mulberry32 over the first 32 bits of its hash). */
export function seededRandom(key: string): Random {
  let state = Number.parseInt(hash(key).slice(0, 8), 16)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    chance: (probability) => next() < probability,
    int,
    // biome-ignore lint/style/noNonNullAssertion: the index is within the list, and nothing picks from an empty one.
    pick: (items) => items[int(0, items.length - 1)]!,
  }
}
