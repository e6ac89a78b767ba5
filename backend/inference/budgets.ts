import { setTimeout as sleep } from "node:timers/promises"
import type { HostedEvalConfig } from "../../contract/index.ts"
import type { Db } from "../store/db.ts"
import { signal } from "../store/signals.ts"
import { type Account, accountId, findRunSpend } from "../store/usage/budgets.ts"
import { findHeldLimits, type LimitScope, spentOf } from "../store/usage/limits.ts"
import type { Meter } from "./meter.ts"
import { isFree } from "./pricing.ts"
import { type BudgetLeft, type Reservation, Reservations, type Wish } from "./reservations.ts"

/** How long an answer is cached before the sums are read again. */
const freshForMs = 500
/** How long a request waits for the end of a run that is over its budget, or for a database that does not answer. */
const waitMaxMs = 30_000
const lookEveryMs = 250
const keptMax = 10_000

/** What a look at the sums found: why nothing more may be spent, or null and what is left of each budget. */
interface Look {
  excess: string | null
  left: BudgetLeft[]
}

/** Whether a request may be sent: with its part of what is left, not any more, or not known because the database does not answer. */
export type Admission = { reserved: Reservation } | { excess: string } | { unknown: true }

const unbounded: Look = { excess: null, left: [] }

/** What is left of a limit is one reserve for all requests that count against it. */
const keyOf = (scope: LimitScope, account: Account): string =>
  scope === "account" ? `account ${accountId(account)}` : `${scope} ${account.userId} ${scope === "member" ? account.teamId : ""}`

/** Whose budget it is, to the person whose runs it is about. */
function whose(scope: LimitScope, { teamId }: Account): string {
  if (scope === "member") return "Your part of the team's budget"
  if (scope === "person") return "Your limit on this platform"
  return teamId ? "The team's budget" : "Your budget"
}

/** Dollars in a sentence: cents, and more digits where cents would say nothing. */
const dollars = (usd: number): string => `$${usd < 1 ? Number(usd.toPrecision(3)) : usd.toFixed(2)}`

/**
 * Knows when the budget of a run, a user or a team is used up. The sums in the database decide, so it is exact to about a second of
 * requests; where they cannot be read, nothing is spent.
 */
export class Budgets {
  #known = new Map<string, { at: number; look: Promise<Look> }>()
  readonly #reservations: Reservations

  constructor(
    private readonly db: Db,
    private readonly meter: Meter,
    private readonly now: () => number = Date.now,
  ) {
    this.#reservations = new Reservations(now)
  }

  /** Why the run must stop; null while it may continue. Not cached. @throws when the database does not answer */
  async excessOfRun(evaluationId: string): Promise<string | null> {
    return (await this.#lookAtRun(evaluationId, false)).excess
  }

  /** Why the account may not spend more this month; null while it may. @throws when the database does not answer */
  async excessOfAccount(account: Account): Promise<string | null> {
    return (await this.#lookAtAccount(account)).excess
  }

  /** @param pays whether the next request costs money, and so is the account's matter even if nothing was spent yet */
  async #lookAtRun(evaluationId: string, pays: boolean): Promise<Look> {
    await this.meter.flush()
    const run = await findRunSpend(this.db, evaluationId)
    if (!run) return unbounded
    const { max_cost_usd: usd, max_total_tokens: tokens } = (run.evalConfig ?? {}) as HostedEvalConfig
    const own = {
      key: `run ${evaluationId}`,
      usd: typeof usd === "number" ? usd - run.usd : null,
      tokens: typeof tokens === "number" ? tokens - run.tokens : null,
    }
    const left = own.usd === null && own.tokens === null ? [] : [own]
    if (own.usd !== null && own.usd <= 0)
      return { excess: `The run's budget of ${dollars(usd as number)} is used up: ${dollars(run.usd)} spent.`, left }
    if (own.tokens !== null && own.tokens <= 0) {
      const [max, used] = [tokens as number, run.tokens].map((count) => count.toLocaleString("en-US"))
      return { excess: `The run's budget of ${max} tokens is used up: ${used} used.`, left }
    }
    if (!pays && run.usdInAll === 0) return { excess: null, left }
    const account = await this.#lookAtAccount(run)
    return { excess: account.excess, left: [...left, ...account.left] }
  }

  async #lookAtAccount(account: Account): Promise<Look> {
    await this.meter.flush()
    const now = new Date(this.now())
    const month = now.toLocaleDateString("en-US", { month: "long", year: "numeric", timeZone: "UTC" })
    const left: BudgetLeft[] = []
    let excess: string | null = null
    for (const { scope, monthlyUsd } of await findHeldLimits(this.db, account)) {
      if (monthlyUsd === null) continue
      const spentUsd = await spentOf(this.db, scope, account, now)
      left.push({ key: keyOf(scope, account), usd: monthlyUsd - spentUsd, tokens: null })
      if (spentUsd >= monthlyUsd)
        excess ??= `${whose(scope, account)} of ${dollars(monthlyUsd)} for ${month} is used up: ${dollars(spentUsd)} spent.`
    }
    return { excess, left }
  }

  /**
   * For the gateway, before each request. A run that is over its budget is being stopped from here on; its request waits for that
   * end, since a refusal would become the result of a rollout. One that others leave too little for waits until they have ended.
   * @param gone aborted when the requester does not wait any more
   */
  async admit(requester: Account & { evaluationId: string | null }, wish: Wish, gone: AbortSignal): Promise<Admission> {
    const { evaluationId } = requester
    const pays = !isFree(wish.pricing)
    const reserve = ({ left }: Look, at: number) => this.#reservations.take(left, at, wish)
    if (evaluationId === null && !pays) return { reserved: reserve(unbounded, 0) as Reservation }
    const look = () =>
      evaluationId === null
        ? this.#fresh(`${accountId(requester)} ${requester.userId}`, () => this.#lookAtAccount(requester))
        : this.#fresh(`${evaluationId} ${pays}`, () => this.#lookAtRun(evaluationId, pays))
    let isStopping = false
    for (let end = this.now() + waitMaxMs; ; await sleep(lookEveryMs, undefined, { signal: gone }).catch(() => {})) {
      const known = look()
      const seen = await known.look.catch(() => null)
      const reserved = seen?.excess === null ? reserve(seen, known.at) : null
      if (reserved) return { reserved }
      if (seen?.excess === null) {
        // The others may take as long as they like.
        end = this.now() + waitMaxMs
        if (gone.aborted) return { unknown: true }
        continue
      }
      if (seen && evaluationId && !isStopping)
        isStopping = await signal(this.db, "budget", evaluationId).then(
          () => true,
          () => false,
        )
      const mayWait = this.now() < end && !gone.aborted && (seen === null || evaluationId !== null)
      if (!mayWait) return seen ? { excess: seen.excess as string } : { unknown: true }
    }
  }

  /** One look at the database for all requests of the same moment. */
  #fresh(key: string, look: () => Promise<Look>): { at: number; look: Promise<Look> } {
    const known = this.#known.get(key)
    if (known && this.now() - known.at < freshForMs) return known
    const made = { at: this.now(), look: look() }
    this.#known.set(key, made)
    if (this.#known.size > keptMax) for (const old of this.#known.keys()) if (this.#known.size > keptMax / 2) this.#known.delete(old)
    return made
  }
}
