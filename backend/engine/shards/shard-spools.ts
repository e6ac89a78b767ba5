import { cleanJson } from "../../base/json.ts"
import type { Handle } from "../../sandbox/executor.ts"
import type { Db } from "../../store/db.ts"
import { keepShards, readShards, type ShardRecord } from "../../store/shards/shards.ts"
import { spoolOf } from "../attempt/attempt-process.ts"
import type { Blocked } from "../attempt/classify.ts"
import { readNext } from "../attempt/follow.ts"
import { emptyIntake, type Intake, lastWordOf } from "../attempt/intake.ts"
import type { LogAllowance } from "../attempt/log-allowance.ts"
import type { Mask } from "../attempt/masking.ts"
import type { Offsets } from "../attempt/spool.ts"
import type { WorkerContext } from "../worker-context.ts"
import { lastWordOfShards } from "./shard-states.ts"

/** What the shards of an attempt have written since the last time, to be stored in one transaction. */
export interface ShardsPiece {
  intake: Intake
  /** The sums over all shards: they grow with each piece. */
  offsets: Offsets
  /** Stores how far each shard was read, in that transaction. */
  forget: (tx: Db) => Promise<void>
  /** To be called when it has been committed. */
  isStored: () => void
}

/** What the processes of one attempt write, read as if it were one. */
export class ShardSpools {
  readonly #known = new Map<number, ShardRecord>()
  readonly #blocked = new Map<number, Blocked | null>()

  private constructor(
    private readonly context: Pick<WorkerContext, "executor" | "remote" | "services">,
    private readonly attempt: { evaluationId: string; number: number },
    records: ShardRecord[],
  ) {
    for (const record of records) this.#known.set(record.shard, record)
  }

  /** As far as it has been read by now. */
  static async open(
    context: Pick<WorkerContext, "executor" | "remote" | "services">,
    evaluationId: string,
    number: number,
  ): Promise<ShardSpools> {
    return new ShardSpools(context, { evaluationId, number }, await readShards(context.services.db, evaluationId, number))
  }

  /** Reads the next piece of each; null when there is nothing new. */
  async next(handles: Handle[], mask: Mask, allowance: LogAllowance): Promise<ShardsPiece | null> {
    const intake = emptyIntake()
    const read = new Map(this.#known)
    const changed: { handle: Handle; record: ShardRecord }[] = []
    for (const [shard, handle] of handles.entries()) {
      const before = this.#known.get(shard) ?? { shard, eventsOffset: 0, outputOffset: 0, lastWord: null }
      const from = { events: before.eventsOffset, output: before.outputOffset }
      const piece = await readNext(spoolOf(this.context, handle), from, mask, allowance)
      if (!piece) continue
      const { events, output } = piece.offsets
      const record = { shard, eventsOffset: events, outputOffset: output, lastWord: lastWordOf(piece.intake) ?? before.lastWord }
      read.set(shard, record)
      changed.push({ handle, record })
      if (piece.intake.blocked !== undefined) this.#blocked.set(shard, piece.intake.blocked)
      add(intake, piece.intake, shard)
    }
    if (changed.length === 0) return null
    intake.blocked = this.#blocked.size > 0 ? ([...this.#blocked.values()].find((one) => one !== null) ?? null) : undefined
    const word = lastWordOfShards(handles.map((_, shard) => read.get(shard)?.lastWord ?? null))
    if (word?.kind === "run.finished") intake.finished = word
    if (word?.kind === "run.failed") intake.failed = word
    const { evaluationId, number } = this.attempt
    return {
      intake,
      offsets: {
        events: sum([...read.values()].map(({ eventsOffset }) => eventsOffset)),
        output: sum([...read.values()].map(({ outputOffset }) => outputOffset)),
      },
      forget: async (tx) => {
        const records = changed.map(({ record }) => ({ ...record, lastWord: record.lastWord && cleanJson(record.lastWord) }))
        await keepShards(tx, evaluationId, number, records)
        for (const { handle, record } of changed)
          await spoolOf(this.context, handle).forget(tx, { events: record.eventsOffset, output: record.outputOffset })
      },
      isStored: () => {
        for (const { record } of changed) this.#known.set(record.shard, record)
      },
    }
  }
}

/** Adds what one shard wrote. What ends an attempt is a matter of all of them. */
function add(to: Intake, { samples, refused, lostValues, logLines, started, total, phase, loaded }: Intake, shard: number): void {
  to.samples.push(...samples)
  to.refused.push(...refused)
  if (lostValues) to.lostValues = { count: (to.lostValues?.count ?? 0) + lostValues.count, first: to.lostValues?.first ?? lostValues.first }
  to.logLines.push(...logLines.map((line) => ({ ...line, shard })))
  to.logLines.sort((a, b) => a.at - b.at)
  to.started += started
  to.total = total ?? to.total
  to.phase = phase ?? to.phase
  to.loaded = loaded ?? to.loaded
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0)
