/** Runs an action at once, and then at most once per interval for the same key; the last call is never lost. */
export class Throttle {
  readonly #waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; again: (() => void) | null }>()

  run(key: string, intervalMs: number, action: () => void): void {
    const current = this.#waiting.get(key)
    if (current) {
      current.again = action
      return
    }
    action()
    this.#rest(key, intervalMs)
  }

  stop(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
  }

  #rest(key: string, intervalMs: number): void {
    const timer = setTimeout(() => {
      const again = this.#waiting.get(key)?.again
      this.#waiting.delete(key)
      if (!again) return
      again()
      this.#rest(key, intervalMs)
    }, intervalMs)
    this.#waiting.set(key, { timer, again: null })
  }
}
