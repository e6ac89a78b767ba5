import { toError } from "../../base/errors.ts"

export interface WakeLoopOptions {
  turn: () => Promise<void>
  /** The longest pause between two turns, for when no wake-up arrives. */
  everyMs: number
  onError: (error: Error) => void
}

/**
 * Takes a turn at once, again whenever it is woken, and at the latest after `everyMs`. A wake-up that arrives during a turn is
 * remembered and leads to another one, because what it announces may have come too late for the turn under way.
 */
export class WakeLoop {
  #isWoken = false
  #isStopped = false
  #endPause: () => void = () => {}
  readonly #done: Promise<void>

  constructor(private readonly options: WakeLoopOptions) {
    this.#done = this.#run()
  }

  wake(): void {
    this.#isWoken = true
    this.#endPause()
  }

  /** Returns when the turn under way is over; no other follows. */
  stop(): Promise<void> {
    this.#isStopped = true
    this.#endPause()
    return this.#done
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#isWoken = false
      await this.options.turn().catch((error: unknown) => this.options.onError(toError(error)))
      if (!this.#isWoken && !this.#isStopped) await this.#pause()
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.everyMs)
      this.#endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
