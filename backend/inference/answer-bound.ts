import type { ChatCompletionRequest } from "../../contract/index.ts"

/** One way to tell a provider how long an answer may become; empty when that is not said. */
export type Bound = Partial<Record<"max_tokens" | "max_completion_tokens", number>>

/** What is known of a model from earlier requests: the name that it takes, and the smallest number that was too much for it. */
interface Known {
  name?: keyof Bound
  tooMuch?: number
}

/**
 * How to keep answers within what a budget leaves. Providers differ in the name, and refuse a number above what their model can do,
 * which then bounds the answer as well; what they refused once is not tried again.
 */
export class AnswerBounds {
  #models = new Map<string, Known>()

  /**
   * @param affordable the most completion tokens that are paid for; null for no bound
   * @returns the ways to say so, in the order to try
   */
  ways(model: string, body: ChatCompletionRequest, affordable: number | null, contextLength: number | null): Bound[] {
    if (affordable === null) return [{}]
    const given = (body.max_completion_tokens ?? body.max_tokens) as number | null | undefined
    const most = Math.max(1, Math.ceil(affordable / Math.max(1, Number(body.n ?? 1))))
    if (most >= (given ?? contextLength ?? Number.MAX_SAFE_INTEGER)) return [{}]
    if (given) return [body.max_completion_tokens ? { max_completion_tokens: most } : { max_tokens: most }]
    const { name, tooMuch = Number.POSITIVE_INFINITY } = this.#models.get(model) ?? {}
    // The model's own bound is below what was too much, so it keeps the answer within twice of what is left.
    if (most > tooMuch / 2) return [{}]
    return name ? [{ [name]: most }, {}] : [{ max_tokens: most }, { max_completion_tokens: most }, {}]
  }

  /** Remembers which of the ways a model took, after it refused those before. */
  learn(model: string, ways: Bound[], taken: Bound): void {
    const [first] = ways
    const most = first && Object.values(first)[0]
    if (ways.length === 1 || most === undefined) return
    const name = Object.keys(taken)[0] as keyof Bound | undefined
    this.#models.set(model, { ...this.#models.get(model), ...(name ? { name } : { tooMuch: most }) })
  }
}
