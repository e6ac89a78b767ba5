import { setTimeout as sleep } from "node:timers/promises"
import type { HostedEvalConfig } from "../../contract/index.ts"
import type { Db } from "../store/db.ts"
import { signal } from "../store/signals.ts"
import { type Account, accountId, findAccountSpend, findRunSpend } from "../store/usage/budgets.ts"
import type { Meter } from "./meter.ts"
import { isFree, type Pricing } from "./pricing.ts"

/** How long an answer is cached before the sums are read again. */
const freshForMs = 500
/** How long a request of a run that is over its budget waits for the run to end, before it is refused. */
const waitForEndMs = 30_000
const lookEveryMs = 250
const keptMax = 10_000

/** Dollars in a sentence: cents, and more digits where cents would say nothing. */
const dollars = (usd: number): string => `$${usd < 1 ? Number(usd.toPrecision(3)) : usd.toFixed(2)}`

/** Knows when the budget of a run, a user or a team is used up. The sums in the database decide, so it is exact to about a second of requests. */
export class Budgets {
  #known = new Map<string, { at: number; excess: Promise<string | null> }>()

  constructor(
    private readonly db: Db,
    private readonly meter: Meter,
    private readonly now: () => number = Date.now,
  ) {}

  /** Why the run must stop; null while it may continue. Not cached. */
  async excessOfRun(evaluationId: string): Promise<string | null> {
    await this.meter.flush()
    const run = await findRunSpend(this.db, evaluationId)
    if (!run) return null
    const { max_cost_usd: usd, max_total_tokens: tokens } = (run.evalConfig ?? {}) as HostedEvalConfig
    if (typeof usd === "number" && run.usd >= usd) return `The run's budget of ${dollars(usd)} is used up: ${dollars(run.usd)} spent.`
    if (typeof tokens === "number" && run.tokens >= tokens)
      return `The run's budget of ${tokens.toLocaleString("en-US")} tokens is used up: ${run.tokens.toLocaleString("en-US")} used.`
    return run.usdInAll > 0 ? this.#excessOfAccount(run) : null
  }

  /** Why the account may not spend more this month; null while it may. */
  async excessOfAccount(account: Account): Promise<string | null> {
    await this.meter.flush()
    return this.#excessOfAccount(account)
  }

  async #excessOfAccount(account: Account): Promise<string | null> {
    const { spentUsd, monthlyUsd } = await findAccountSpend(this.db, account, new Date(this.now()))
    if (monthlyUsd === null || spentUsd < monthlyUsd) return null
    const month = new Date(this.now()).toLocaleDateString("en-US", { month: "long", year: "numeric", timeZone: "UTC" })
    const whose = account.teamId ? "The team's budget" : "Your budget"
    return `${whose} of ${dollars(monthlyUsd)} for ${month} is used up: ${dollars(spentUsd)} spent.`
  }

  /**
   * For the gateway, before each request. A run that is over its budget is being stopped from here on; its request waits for that
   * end, since a refusal would become the result of a rollout.
   * @returns why the request is refused; null when it is allowed
   */
  async refusal(
    requester: Account & { evaluationId: string | null },
    pricing: Pricing | undefined,
    gone: AbortSignal,
  ): Promise<string | null> {
    const { evaluationId } = requester
    if (evaluationId === null) return isFree(pricing) ? null : this.#fresh(accountId(requester), () => this.excessOfAccount(requester))
    const look = () => this.#fresh(evaluationId, () => this.excessOfRun(evaluationId))
    let excess = await look()
    if (excess !== null) await signal(this.db, "budget", evaluationId)
    for (const end = this.now() + waitForEndMs; excess !== null && this.now() < end && !gone.aborted; excess = await look())
      await sleep(lookEveryMs, undefined, { signal: gone }).catch(() => {})
    return excess
  }

  /** One look at the database for all requests of the same moment. */
  #fresh(key: string, look: () => Promise<string | null>): Promise<string | null> {
    const known = this.#known.get(key)
    if (known && this.now() - known.at < freshForMs) return known.excess
    // A database that does not answer is no reason to refuse.
    const excess = look().catch(() => null)
    this.#known.set(key, { at: this.now(), excess })
    if (this.#known.size > keptMax) for (const old of this.#known.keys()) if (this.#known.size > keptMax / 2) this.#known.delete(old)
    return excess
  }
}
