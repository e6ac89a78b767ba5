import { setTimeout as sleep } from "node:timers/promises"
import type { Db } from "../store/db.ts"
import { endRequests, renewRequests, takeTurn } from "../store/providers/requests.ts"

const lookEveryMs = 250
const renewEveryMs = 20_000

interface Waiter {
  wake: () => void
}

/** The provider was deleted while a request waited for it. */
export class ProviderGone extends Error {}

/**
 * Keeps the limits of the providers that people added: requests a minute, and how many are under way at once. The database counts, so they
 * hold for all processes together; within a process whoever came first goes first. What finds no room waits, and is stored as waiting.
 */
export class Pace {
  #lines = new Map<string, Waiter[]>()
  #counted = new Set<number>()
  #timer: NodeJS.Timeout | null = null

  constructor(private readonly db: Db) {}

  /**
   * Waits until a provider may be sent a request.
   * @param gone aborted when the requester does not wait any more
   * @returns to be called when the request has ended
   * @throws ProviderGone, the reason of `gone`, and whatever a database says that does not answer
   */
  async enter(providerId: string, evaluationId: string | null, gone: AbortSignal): Promise<() => void> {
    const line = this.#lines.get(providerId) ?? []
    this.#lines.set(providerId, line)
    const me: Waiter = { wake: () => {} }
    line.push(me)
    let id: number | null = null
    try {
      for (;;) {
        gone.throwIfAborted()
        const isFirst = line[0] === me
        if (isFirst || id === null) {
          const turn = await takeTurn(this.db, providerId, evaluationId, id, isFirst)
          if (turn === "gone") throw new ProviderGone("This provider was deleted while the request waited for it")
          id = turn.id
          this.#count(id)
          if (turn.isStarted) return this.#leaver(providerId, id)
        }
        const woken = new AbortController()
        me.wake = () => woken.abort()
        await sleep(lookEveryMs, undefined, { signal: AbortSignal.any([gone, woken.signal]) }).catch(() => {})
      }
    } catch (error) {
      if (id !== null) this.#end(id)
      throw error
    } finally {
      line.splice(line.indexOf(me), 1)
      if (line.length === 0) this.#lines.delete(providerId)
      else line[0]?.wake()
    }
  }

  #leaver(providerId: string, id: number): () => void {
    let hasLeft = false
    return () => {
      if (hasLeft) return
      hasLeft = true
      void this.#end(id).then(() => this.#lines.get(providerId)?.[0]?.wake())
    }
  }

  #count(id: number): void {
    this.#counted.add(id)
    this.#timer ??= setInterval(() => {
      // A renewal that fails is tried again before what it renews has run out.
      void renewRequests(this.db, [...this.#counted]).catch(() => {})
    }, renewEveryMs).unref()
  }

  async #end(id: number): Promise<void> {
    this.#counted.delete(id)
    if (this.#counted.size === 0 && this.#timer) {
      clearInterval(this.#timer)
      this.#timer = null
    }
    // Where that fails the request counts until it runs out, which is a minute.
    await endRequests(this.db, [id]).catch(() => {})
  }
}
