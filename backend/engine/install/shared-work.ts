import { once } from "node:events"

interface Under<Result, Line> {
  result: Promise<Result>
  /** Aborted when nobody waits any more. */
  controller: AbortController
  listeners: Set<(line: Line) => void>
}

/** Work that is done once for all who ask for it at the same time. Each may give up alone; the last one to do so ends the work. */
export class SharedWork<Result, Line> {
  #under = new Map<string, Under<Result, Line>>()

  /**
   * Waits for the work of this key, which begins unless it is under way.
   * @param say receives what the work says from now on
   * @param signal ends this waiting, with its reason
   */
  async join(
    key: string,
    say: (line: Line) => void,
    signal: AbortSignal,
    begin: (say: (line: Line) => void, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted()
    const under = this.#under.get(key) ?? this.#begin(key, begin)
    // A function of its own for each asker: two may say to the same log.
    const listener = (line: Line) => say(line)
    under.listeners.add(listener)
    const waiting = new AbortController()
    const givenUp = once(signal, "abort", { signal: waiting.signal }).then(() => Promise.reject(signal.reason))
    try {
      return await Promise.race([under.result, givenUp])
    } finally {
      waiting.abort()
      givenUp.catch(() => {})
      under.listeners.delete(listener)
      if (under.listeners.size === 0) this.#end(key, under)
    }
  }

  #begin(key: string, begin: (say: (line: Line) => void, signal: AbortSignal) => Promise<Result>): Under<Result, Line> {
    const controller = new AbortController()
    const listeners = new Set<(line: Line) => void>()
    const say = (line: Line) => {
      for (const listener of listeners) listener(line)
    }
    const under = { result: begin(say, controller.signal), controller, listeners }
    this.#under.set(key, under)
    return under
  }

  /** What asks for this key from now on begins anew. */
  #end(key: string, under: Under<Result, Line>): void {
    if (this.#under.get(key) === under) this.#under.delete(key)
    under.result.catch(() => {})
    under.controller.abort()
  }
}
