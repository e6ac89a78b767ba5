import { type Endpoint, limits } from "../../contract/index.ts"
import { TooManyRequests } from "../base/errors.ts"
import { Turns } from "./turns.ts"

const minuteMs = 60_000
/** Callers that are remembered; those that have not asked for a minute are forgotten first. */
const callersMax = 10_000
const waitMs = limits.waitSeconds * 1000
const ofUploads = { atOnce: limits.uploadsAtOnceMax, waitingMax: limits.uploadsWaitingMax, waitMs }
/** A few keep the one thread and the database busy. What takes long waits for something else, and others need not wait for it. */
const ofPrograms = { atOnce: 4, waitMs, placeMs: 2000 }

/**
 * How much one caller may ask of this process at a time: requests a minute, and uploads at once. A caller is an API key, a signed-in
 * person, or an address where there is neither. What API keys ask for is worked on a few requests at a time, so that programs that ask in a loop leave
 * room for people.
 */
export class Traffic {
  readonly #requests = new Map<string, { left: number; at: number }>()
  readonly #uploads = new Map<string, Turns>()
  readonly #programs = new Turns(ofPrograms)

  /**
   * @param perMinute requests of endpoints without a limit of their own; 0 is no limit
   * @param waited called with how long a request has waited, for other uploads or for requests of other programs
   */
  constructor(
    private readonly perMinute: number,
    private readonly waited: (reason: "upload" | "turn", ms: number) => void = () => {},
  ) {}

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

  /**
   * Waits until a request with an API key, whose body has been read, may be worked on.
   * @returns what to call when it has been
   * @throws TooManyRequests
   */
  async takeTurn(who: string, signal?: AbortSignal): Promise<() => void> {
    const worked = await this.#timed("turn", this.#programs.take(who, signal))
    if (!worked) throw new TooManyRequests("More requests with API keys than are answered in time: ask again a little later", 1)
    return worked
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
    const uploads = this.#uploads.get(who) ?? new Turns(ofUploads)
    this.#uploads.set(who, uploads)
    const ended = await this.#timed("upload", uploads.take(who, signal))
    if (!ended) throw new TooManyRequests(`More than ${limits.uploadsAtOnceMax} uploads at once: wait until one has ended`, 1)
    return () => {
      ended()
      if (uploads.isIdle) this.#uploads.delete(who)
    }
  }

  async #timed<T>(reason: "upload" | "turn", wait: Promise<T>): Promise<T> {
    const begin = performance.now()
    const place = await wait
    this.waited(reason, performance.now() - begin)
    return place
  }
}
