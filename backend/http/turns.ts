/**
 * So many requests at once, and the others in turn: of the callers that wait, each in its turn has its oldest request begun, so that whoever sends many holds up
 * itself first.
 */
export class Turns {
  #begun = 0
  /** The requests of each caller that wait, in the order of the callers' turns. */
  readonly #waiting = new Map<string, (() => void)[]>()

  /** @param limits waitingMax: how many may wait; placeMs: after so long a request gives up its place, whether it is done or not */
  constructor(private readonly limits: { atOnce: number; waitMs: number; waitingMax?: number; placeMs?: number }) {}

  /** Whether nothing is under way, and so nothing waits. */
  get isIdle(): boolean {
    return this.#begun === 0
  }

  /**
   * Waits for a place.
   * @param signal ends the wait when the caller hangs up
   * @returns what gives the place back; undefined for who found too many waiting, waited for too long, or has left
   */
  async take(who: string, signal?: AbortSignal): Promise<(() => void) | undefined> {
    if (this.#begun < this.limits.atOnce) this.#begun++
    else if (!(await this.#turn(who, signal))) return undefined
    let hasPlace = true
    const leave = () => {
      if (!hasPlace) return
      hasPlace = false
      clearTimeout(timer)
      this.#beginNext()
    }
    const timer = this.limits.placeMs === undefined ? undefined : setTimeout(leave, this.limits.placeMs)
    return leave
  }

  /** Hands a place on that has become free. */
  #beginNext(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#begun--
      return
    }
    const [who, requests] = next
    const begin = requests.shift()
    this.#waiting.delete(who)
    if (requests.length > 0) this.#waiting.set(who, requests)
    begin?.()
  }

  /** Whether a place became free in time. */
  #turn(who: string, signal?: AbortSignal): Promise<boolean> {
    const requests = this.#waiting.get(who) ?? []
    if (requests.length >= (this.limits.waitingMax ?? Number.POSITIVE_INFINITY)) return Promise.resolve(false)
    return new Promise((resolve) => {
      const end = (hasPlace: boolean) => {
        clearTimeout(timer)
        signal?.removeEventListener("abort", giveUp)
        resolve(hasPlace)
      }
      const begin = () => end(true)
      const giveUp = () => {
        requests.splice(requests.indexOf(begin), 1)
        if (requests.length === 0) this.#waiting.delete(who)
        end(false)
      }
      const timer = setTimeout(giveUp, this.limits.waitMs)
      signal?.addEventListener("abort", giveUp)
      requests.push(begin)
      this.#waiting.set(who, requests)
      if (signal?.aborted) giveUp()
    })
  }
}
