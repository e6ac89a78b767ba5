import { type Allowance, affordableTokens, type Pricing } from "./pricing.ts"

/** What a request is going to ask for. */
export interface Wish {
  model: string
  pricing: Pricing | undefined
  /** The most completion tokens; null where it does not say. */
  tokens: number | null
}

/** What is left of one budget by the sums, read at a time. */
export interface BudgetLeft extends Allowance {
  key: string
}

/** A part of what is left, held for one request. */
export interface Reservation {
  /** The most completion tokens of its answer; null where no budget bounds it. */
  tokens: number | null
  /** To be called when what the request used was recorded. */
  settle: (used: { usd: number; tokens: number; completion: number }) => void
}

interface Held {
  keys: string[]
  usd: number
  tokens: number
  settledAt: number | null
}

/** An answer whose length nobody has bounded is taken to be at most so long, until the model has given a longer one. */
const expectedTokensMin = 4096
/** Of ample budgets a request may take this part, more than it is expected to need. */
const ampleShare = 1 / 16
/** Long after the last look that did not know of it. */
const forgottenAfterMs = 60_000

/**
 * Keeps requests in flight from taking the same money: each holds the most that its answer may cost, and what it has cost until the
 * sums are known to contain it. In this process; other processes' requests are seen when they have ended.
 */
export class Reservations {
  #held: Held[] = []
  #longest = new Map<string, number>()

  constructor(private readonly now: () => number) {}

  /**
   * @param left what the sums say, read at `readAt`
   * @returns null while too little is left of what others hold: when they have ended there is more, or a later look finds the budget used up
   */
  take(left: BudgetLeft[], readAt: number, { model, pricing, tokens: wanted }: Wish): Reservation | null {
    if (left.length === 0) return { tokens: null, settle: () => {} }
    this.#held = this.#held.filter(({ settledAt }) => settledAt === null || settledAt > this.now() - forgottenAfterMs)
    const keys = left.map(({ key }) => key)
    const others = this.#held.filter((held) => held.keys.some((key) => keys.includes(key)))
    const free = left.map(({ key, usd, tokens }): Allowance => {
      const taken = others.filter((held) => held.keys.includes(key) && (held.settledAt === null || held.settledAt >= readAt))
      const minus = (of: "usd" | "tokens", all: number | null) => all && taken.reduce((rest, held) => rest - held[of], all)
      return { usd: minus("usd", usd), tokens: minus("tokens", tokens) }
    })
    const isNothing = (amount: number | null) => amount !== null && amount <= 0
    if (free.some(({ usd, tokens }) => isNothing(usd) || isNothing(tokens))) return null
    const affordable = free.map((one) => affordableTokens(one, pricing)).reduce<number | null>(least, null)
    if (affordable === null) return { tokens: null, settle: () => {} }
    const need = wanted ?? Math.max(expectedTokensMin, 2 * (this.#longest.get(model) ?? 0))
    const isAlone = others.every(({ settledAt }) => settledAt !== null)
    if (affordable < need && !isAlone) return null
    const tokens = Math.min(affordable, wanted ?? Math.max(need, Math.floor(affordable * ampleShare)))
    const held: Held = { keys, tokens, usd: (tokens * (pricing?.output_usd_per_mtok ?? 0)) / 1_000_000, settledAt: null }
    this.#held.push(held)
    return {
      tokens,
      settle: (used) => {
        if (used.completion > (this.#longest.get(model) ?? 0)) this.#longest.set(model, used.completion)
        Object.assign(held, { usd: used.usd, tokens: used.tokens, settledAt: this.now() })
      },
    }
  }
}

const least = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b))
