import type { Context } from "../services/context.ts"

/**
 * Who makes the requests of one page: it reads its parts with the same token, and is asked only once whose it is, and once for each run. Anything but a
 * read may change what its caller is allowed, and what a run is, and both are asked anew.
 */
export class Visit {
  #known: Promise<Context> | undefined

  /** @param identify finds out who asks @returns a context of this request's own */
  async identify(method: string, identify: () => Promise<Context>): Promise<Context> {
    if (method !== "GET") {
      this.#known = undefined
      return identify()
    }
    this.#known ??= identify().then((ctx) => ({ ...ctx, runs: new Map() }))
    return { ...(await this.#known) }
  }
}
