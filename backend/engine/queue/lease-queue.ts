import type { Log } from "../../base/log.ts"
import { WakeLoop } from "./wake-loop.ts"

/** Work that this worker holds the lease of: a run, a check, a sandbox. */
export interface Leased {
  readonly id: string
  /** Settles when the work has ended or was given up. Never rejects. */
  readonly done: Promise<void>
  /** The lease is lost and another worker may have it: stop writing. */
  fence: () => void
  /** The worker is going away: end the work or leave it to the next worker, and settle `done`. */
  leave: () => void
}

/** One kind of leased work. `Lease` is what the store says about a lease when it is renewed. */
export interface WorkKind<Work extends Leased, Lease> {
  /** In the plural, for the log. */
  name: string
  /** How many of them this worker may hold at once. */
  capacity: number
  /** The longest pause between two attempts to claim, for when a signal was lost. */
  pollMs: number
  renewMs: number
  /** Takes the lease of something that is due and begins to work on it. */
  claim: (heldIds: readonly string[]) => Promise<Work | undefined>
  /** Renews the leases of this worker. @returns those it still holds, by id */
  renew: (heldIds: readonly string[]) => Promise<ReadonlyMap<string, Lease>>
  /** Called with all that it still holds, and their leases. */
  onRenewed?: (renewed: ReadonlyMap<Work, Lease>) => void
  /** Runs after each claim, to look after the held work. */
  inspect?: () => Promise<void>
}

/** Claims work of one kind as long as there is capacity, renews its leases, and fences what was lost. */
export class LeaseQueue<Work extends Leased, Lease = unknown> {
  #held = new Map<string, Work>()
  #isStopping = false
  #claiming: WakeLoop | null = null
  #renewing: WakeLoop | null = null

  constructor(
    private readonly kind: WorkKind<Work, Lease>,
    private readonly log: Log,
  ) {}

  /** @throws when the first renewal fails: a worker that cannot reach the store does not start */
  async start(): Promise<void> {
    const { name, pollMs, renewMs } = this.kind
    await this.#renew()
    const loop = (turn: () => Promise<void>, everyMs: number, trouble: string) =>
      new WakeLoop({ turn, everyMs, onError: (error) => this.log.warn({ error: error.message }, trouble) })
    this.#renewing = loop(() => this.#renew(), renewMs, `cannot renew the leases of ${name} at the moment`)
    this.#claiming = loop(() => this.#claim(), pollMs, `cannot claim ${name} at the moment`)
  }

  /** Looks for due work now instead of at the next poll. */
  wake(): void {
    this.#claiming?.wake()
  }

  get(id: string): Work | undefined {
    return this.#held.get(id)
  }

  values(): Work[] {
    return [...this.#held.values()]
  }

  /** Adds work that was not claimed here: what an earlier worker left behind. */
  hold(work: Work): void {
    this.#held.set(work.id, work)
    void work.done.then(() => {
      this.#held.delete(work.id)
      this.wake()
    })
    // Claimed while the worker was stopping.
    if (this.#isStopping) work.leave()
  }

  /** Claims nothing more, asks all work to leave, and returns when all has ended. Leases are renewed until then. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const work of this.#held.values()) work.leave()
    await this.#claiming?.stop()
    await Promise.all(this.values().map((work) => work.done))
    await this.#renewing?.stop()
  }

  async #claim(): Promise<void> {
    while (!this.#isStopping && this.#held.size < this.kind.capacity) {
      const work = await this.kind.claim([...this.#held.keys()])
      if (!work) break
      this.hold(work)
    }
    await this.kind.inspect?.()
  }

  async #renew(): Promise<void> {
    // Taken before the leases are read: what is claimed meanwhile is missing from the answer without being lost.
    const held = this.values()
    const leases = await this.kind.renew(held.map((work) => work.id))
    const renewed = new Map<Work, Lease>()
    for (const work of held) {
      const lease = leases.get(work.id)
      if (lease === undefined) work.fence()
      else renewed.set(work, lease)
    }
    this.kind.onRenewed?.(renewed)
  }
}
