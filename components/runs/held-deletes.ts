"use client"

import { useSyncExternalStore } from "react"
import { bulkRuns } from "@/lib/api/bulk-runs.ts"

/** How long a deletion can be taken back. */
export const heldMs = 10_000

type OnDone = (refused: ReadonlyMap<string, string>) => void

interface Batch {
  ids: readonly string[]
  timer: ReturnType<typeof setTimeout>
  onDone: OnDone
}

/**
 * Deletions that the page holds back for some seconds, so that they can be taken back: nothing that was deleted has to be brought
 * back. They outlive the list's page, and go out at once when the dashboard is left.
 */
export class HeldDeletes {
  readonly #batches = new Set<Batch>()
  readonly #listeners = new Set<() => void>()
  #hidden: ReadonlySet<string> = new Set()

  /** Ids that lists leave out: those that are held, and those that were deleted. */
  hidden = (): ReadonlySet<string> => this.#hidden

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Deletes runs after a while.
   * @param onDone called with why runs were kept, by their ids
   * @returns takes the deletion back; false when it is too late
   */
  hold(ids: readonly string[], onDone: OnDone): () => boolean {
    const batch: Batch = { ids, onDone, timer: setTimeout(() => void this.#send(batch), heldMs) }
    if (this.#batches.size === 0) window.addEventListener("pagehide", this.#sendAll)
    this.#batches.add(batch)
    this.#hide([...this.#hidden, ...ids])
    return () => {
      if (!this.#drop(batch)) return false
      this.#show(ids)
      return true
    }
  }

  #drop(batch: Batch): boolean {
    clearTimeout(batch.timer)
    const wasHeld = this.#batches.delete(batch)
    if (this.#batches.size === 0) window.removeEventListener("pagehide", this.#sendAll)
    return wasHeld
  }

  readonly #sendAll = (): void => {
    for (const batch of [...this.#batches]) void this.#send(batch)
  }

  async #send(batch: Batch): Promise<void> {
    if (!this.#drop(batch)) return
    const { ids, onDone } = batch
    const refused = await bulkRuns({ evaluation_ids: [...ids], action: "delete" }).catch(
      (error: unknown) => new Map(ids.map((id) => [id, error instanceof Error ? error.message : String(error)])),
    )
    this.#show([...refused.keys()])
    onDone(refused)
  }

  #show(ids: readonly string[]): void {
    this.#hide([...this.#hidden].filter((id) => !ids.includes(id)))
  }

  #hide(ids: readonly string[]): void {
    this.#hidden = new Set(ids)
    for (const listener of this.#listeners) listener()
  }
}

export const heldDeletes = new HeldDeletes()

const none: ReadonlySet<string> = new Set()

/** The runs that lists leave out at the moment. */
export const useHiddenRuns = (): ReadonlySet<string> => useSyncExternalStore(heldDeletes.subscribe, heldDeletes.hidden, () => none)
