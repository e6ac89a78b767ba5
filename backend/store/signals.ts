import { sql } from "drizzle-orm"
import pg from "pg"
import type { EvaluationNotice } from "../../contract/index.ts"
import { cutText } from "../../contract/text/cut-text.ts"
import { toError } from "../base/errors.ts"
import type { Log } from "../base/log.ts"
import type { Db } from "./db.ts"
import { averageReward, type EvaluationRecord, progressOf } from "./evaluations/evaluation.ts"

/**
 * Wake-up calls between processes, by LISTEN/NOTIFY. They are hints: everything that waits for one also polls.
 *  work    something may be claimed        cancel  a run's id: it was cancelled
 *  budget  a run's id: its budget seems to be used up
 *  notice  an OwnedNotice, for the event stream
 *  sandbox a sandbox waits for a worker (no payload), or the one of this id was ended, has a new policy or is to be kept as a checkpoint
 *  tunnel  a tunnel is asked for, and no server is ready
 *  outbox  a message to a person is due
 *  access  a user's id: what they may see is not what it was
 */
export type Channel = "work" | "cancel" | "budget" | "notice" | "sandbox" | "tunnel" | "outbox" | "access"

/** Sent when the transaction commits, and not at all when it rolls back. */
export async function signal(db: Db, channel: Channel, payload = ""): Promise<void> {
  await db.execute(sql`select pg_notify(${`he_${channel}`}, ${payload})`)
}

/** A notice with the run's owner, so that an event stream knows by itself whether its reader may see the run. */
export interface OwnedNotice {
  owner: { userId: string; teamId: string | null }
  notice: EvaluationNotice
}

/** Sends the run's current state to the event streams. */
export const signalNotice = (db: Db, row: EvaluationRecord): Promise<void> => signalOwned(db, row, toNotice(row))

/** Tells the event streams that the run is gone. */
export const signalDeletion = (db: Db, row: EvaluationRecord): Promise<void> => signalOwned(db, row, { ...toNotice(row), deleted: true })

function signalOwned(db: Db, { userId, teamId }: EvaluationRecord, notice: EvaluationNotice): Promise<void> {
  const owned: OwnedNotice = { owner: { userId, teamId }, notice }
  return signal(db, "notice", JSON.stringify(owned))
}

const toNotice = (row: EvaluationRecord): EvaluationNotice => ({
  evaluation_id: row.id,
  environment_id: row.environmentId,
  status: row.status,
  phase: row.phase,
  // Postgres carries at most 8000 bytes in a signal.
  phase_detail: row.phaseDetail && cutText(row.phaseDetail, 300),
  progress: progressOf(row),
  avg_score: averageReward(row),
  samples: row.samplesDone,
  log_lines: row.logLines,
  updated_at: row.updatedAt.toISOString(),
})

const delayFirstMs = 500

type Listener = (payload: string) => void

/** One listening connection per process, made again with back-off when it is lost. */
export class Signals {
  #listeners = new Map<Channel, Set<Listener>>()
  #client: pg.Client | null = null
  #closed = false
  #gapListeners = new Set<() => void>()
  #opening: Promise<void> | null = null

  constructor(
    private readonly url: string,
    private readonly log: Log,
  ) {}

  /** Calls `listener` for each signal on a channel, until the returned function is called. */
  on(channel: Channel, listener: Listener): () => void {
    const set = this.#listeners.get(channel) ?? new Set()
    set.add(listener)
    this.#listeners.set(channel, set)
    this.#opening ??= this.#open(delayFirstMs)
    return () => set.delete(listener)
  }

  /** Calls `listener` whenever signals may have been missed, because the connection was lost; until the returned function is called. */
  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener)
    return () => this.#gapListeners.delete(listener)
  }

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((count, set) => count + set.size, 0)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#opening
    await this.#client?.end().catch(() => {})
  }

  async #open(delayMs: number): Promise<void> {
    if (this.#closed) return
    const client = new pg.Client({ connectionString: this.url })
    let lost = false
    const retry = () => {
      if (lost || this.#closed) return
      lost = true
      setTimeout(() => {
        this.#opening = this.#open(this.#client === client ? delayFirstMs : Math.min(delayMs * 2, 10_000))
      }, delayMs).unref()
    }
    client.on("error", retry)
    client.on("end", retry)
    client.on("notification", ({ channel, payload }) => {
      for (const listener of this.#listeners.get(channel.slice(3) as Channel) ?? []) listener(payload ?? "")
    })
    try {
      await client.connect()
      await client.query(
        "listen he_work; listen he_cancel; listen he_budget; listen he_notice; listen he_sandbox; listen he_tunnel; listen he_outbox; listen he_access",
      )
      const wasOpen = this.#client !== null
      this.#client = client
      if (wasOpen) for (const listener of this.#gapListeners) listener()
    } catch (error) {
      this.log.warn({ error: toError(error).message }, "cannot listen for signals yet")
      await client.end().catch(() => {})
      retry()
    }
  }
}
