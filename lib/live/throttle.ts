type Action = () => Promise<unknown> | undefined

/**
 * Runs an action at once, and for the same key again only after it has settled and an interval has passed. Calls in
 * between become one; the last is never lost. So a slow platform is asked less often, and no answer is thrown away.
 */
export class Throttle {
  readonly #busy = new Map<string, { again: Action | null }>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()

  run(key: string, intervalMs: number, action: Action): void {
    const current = this.#busy.get(key)
    if (current) {
      current.again = action
      return
    }
    const entry: { again: Action | null } = { again: null }
    this.#busy.set(key, entry)
    const rest = () => {
      if (this.#busy.get(key) !== entry) return
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#busy.delete(key)
        if (entry.again) this.run(key, intervalMs, entry.again)
      }, intervalMs)
      this.#timers.add(timer)
    }
    const settled = action()
    if (settled) settled.then(rest, rest)
    else rest()
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#busy.clear()
  }
}
