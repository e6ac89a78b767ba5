import { type Endpoint, limits } from "../../contract/index.ts"
import { TooManyRequests } from "../base/errors.ts"

const minuteMs = 60_000
/** Callers that are remembered; those that have not asked for a minute are forgotten first. */
const callersMax = 10_000

/**
 * How much one caller may ask of this process at a time: requests a minute, and uploads at once. A caller is an API key, a signed-in
 * person, or an address where there is neither.
 */
export class Traffic {
  readonly #requests = new Map<string, { left: number; at: number }>()
  readonly #uploads = new Map<string, { running: number; waiting: (() => void)[] }>()

  /** @param perMinute requests of endpoints without a limit of their own; 0 is no limit */
  constructor(private readonly perMinute: number) {}

  /**
   * Counts a request of a caller. An upload beyond those at once waits its turn, with its body unread.
   * @param signal ends the wait when the caller hangs up
   * @returns what to call when it has been answered
   * @throws TooManyRequests
   */
  async admit(
    who: string,
    entry: Endpoint,
    { now = Date.now(), signal }: { now?: number; signal?: AbortSignal } = {},
  ): Promise<() => void> {
    if (entry.isUpload) return this.#upload(who, signal)
    if (entry.answer === "json" && entry.perMinute) this.#count(`${entry.path} ${who}`, entry.perMinute, now)
    else if (entry.answer === "json") this.countRequest(who, now)
    return () => {}
  }

  /** Counts a request that leads to no endpoint, such as one with a wrong key. @throws TooManyRequests */
  countRequest(who: string, now = Date.now()): void {
    if (this.perMinute > 0) this.#count(who, this.perMinute, now)
  }

  /** A bucket of a minute's requests that fills up again steadily. */
  #count(key: string, perMinute: number, now: number): void {
    const before = this.#requests.get(key) ?? { left: perMinute, at: now }
    const left = Math.min(perMinute, before.left + ((now - before.at) * perMinute) / minuteMs)
    this.#requests.delete(key)
    this.#requests.set(key, { left: left < 1 ? left : left - 1, at: now })
    if (this.#requests.size > callersMax) this.#forget(now)
    if (left < 1)
      throw new TooManyRequests(
        `More than ${perMinute} requests within a minute: ask again a little later`,
        Math.ceil(((1 - left) * minuteMs) / perMinute / 1000),
      )
  }

  /** The map is in the order of the latest request. */
  #forget(now: number): void {
    for (const [key, { at }] of this.#requests) {
      if (now - at < minuteMs && this.#requests.size <= callersMax) return
      this.#requests.delete(key)
    }
  }

  async #upload(who: string, signal?: AbortSignal): Promise<() => void> {
    const uploads = this.#uploads.get(who) ?? { running: 0, waiting: [] }
    this.#uploads.set(who, uploads)
    if (uploads.running < limits.uploadsAtOnceMax) uploads.running++
    else if (uploads.waiting.length >= limits.uploadsWaitingMax || !(await turn(uploads.waiting, signal)))
      throw new TooManyRequests(`More than ${limits.uploadsAtOnceMax} uploads at once: wait until one has ended`, 1)
    return () => {
      const next = uploads.waiting.shift()
      if (next) next()
      else if (--uploads.running === 0) this.#uploads.delete(who)
    }
  }
}

/** Whether a place became free in time. Who ends an upload calls the first of those that wait, whose place it then is. */
function turn(waiting: (() => void)[], signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isFree: boolean) => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", giveUp)
      resolve(isFree)
    }
    const take = () => end(true)
    const giveUp = () => {
      waiting.splice(waiting.indexOf(take), 1)
      end(false)
    }
    const timer = setTimeout(giveUp, limits.uploadWaitSeconds * 1000)
    signal?.addEventListener("abort", giveUp)
    waiting.push(take)
    if (signal?.aborted) giveUp()
  })
}
