export type StopReason = "cancelled" | "budget" | "disk" | "settled" | "leaving" | "fenced"

/** Whether the supervision of a run has to stop, and why. The first reason stays. */
export class StopOrder {
  #controller = new AbortController()
  #isLeaving = false
  #excess: string | null = null

  /** Aborts with the first reason. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get reason(): StopReason | undefined {
    return this.signal.reason as StopReason | undefined
  }

  /** The worker is going away, whatever else the run is stopped for. */
  get isLeaving(): boolean {
    return this.#isLeaving
  }

  /** Which budget is used up, as a sentence. */
  get excess(): string | null {
    return this.#excess
  }

  /** Someone cancelled the run. */
  cancel(): void {
    this.#give("cancelled")
  }

  exceedBudget(excess: string): void {
    if (this.reason === undefined) this.#excess = excess
    this.#give("budget")
  }

  /** The machine's disk is full, and this run is to make room. */
  makeRoom(): void {
    this.#give("disk")
  }

  /** What the run was to find out is known. */
  settle(): void {
    this.#give("settled")
  }

  leave(): void {
    this.#isLeaving = true
    this.#give("leaving")
  }

  /** The lease is lost. */
  fence(): void {
    this.#give("fenced")
  }

  #give(reason: StopReason): void {
    this.#controller.abort(reason)
  }
}
