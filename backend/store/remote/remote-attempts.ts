import { and, eq, isNull, sql } from "drizzle-orm"
import type { AttemptExit } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import type { Selected } from "../fields.ts"
import { remoteAttempts, remoteSpool } from "../schema.ts"

const fields = {
  id: remoteAttempts.id,
  instance: remoteAttempts.instance,
  sealedOrder: remoteAttempts.sealedOrder,
  eventsReceived: remoteAttempts.eventsReceived,
  outputReceived: remoteAttempts.outputReceived,
  stopRequestedAt: remoteAttempts.stopRequestedAt,
  exit: remoteAttempts.exit,
  fencedAt: remoteAttempts.fencedAt,
}

export type RemoteAttemptRecord = Selected<typeof fields>

export interface NewRemoteAttempt {
  id: string
  evaluationId: string
  number: number
  tokenHash: string
  interpreter: string
  sealedOrder: Buffer
}

export async function insertRemoteAttempt(db: Db, values: NewRemoteAttempt): Promise<void> {
  await db.insert(remoteAttempts).values(values)
}

export async function findRemoteAttempt(db: Db, tokenHash: string): Promise<RemoteAttemptRecord | undefined> {
  return (await db.select(fields).from(remoteAttempts).where(eq(remoteAttempts.tokenHash, tokenHash)))[0]
}

/** Binds an attempt that is not over to the instance that opens it first. @returns it when it is bound to this one */
export async function bindRemoteAttempt(db: Db, tokenHash: string, instance: string): Promise<RemoteAttemptRecord | undefined> {
  const [row] = await db
    .update(remoteAttempts)
    .set({ instance, heardAt: sql`now()` })
    .where(
      and(
        eq(remoteAttempts.tokenHash, tokenHash),
        isNull(remoteAttempts.fencedAt),
        sql`coalesce(${remoteAttempts.instance}, ${instance}) = ${instance}`,
      ),
    )
    .returning(fields)
  return row
}

/** Notes how the process of an attempt ended, the first time that it is said. @returns whether it was that instance's to say */
export async function noteRemoteExit(db: Db, tokenHash: string, instance: string, exit: AttemptExit): Promise<boolean> {
  const rows = await db
    .update(remoteAttempts)
    .set({ exit: sql`coalesce(${remoteAttempts.exit}, ${JSON.stringify(exit)}::jsonb)`, heardAt: sql`now()` })
    .where(and(eq(remoteAttempts.tokenHash, tokenHash), eq(remoteAttempts.instance, instance), isNull(remoteAttempts.fencedAt)))
    .returning({ id: remoteAttempts.id })
  return rows.length > 0
}

/** Asks an attempt to end: it is told with the next answer. */
export async function requestRemoteStop(db: Db, id: string): Promise<void> {
  await db
    .update(remoteAttempts)
    .set({ stopRequestedAt: sql`now()` })
    .where(and(eq(remoteAttempts.id, id), isNull(remoteAttempts.stopRequestedAt)))
}

/** The Pythons that attempts on other machines run on, or will. */
export async function listRemoteInterpreters(db: Db): Promise<string[]> {
  const rows = await db
    .selectDistinct({ interpreter: remoteAttempts.interpreter })
    .from(remoteAttempts)
    .where(isNull(remoteAttempts.fencedAt))
  return rows.map(({ interpreter }) => interpreter)
}

export interface RemoteState {
  isOpen: boolean
  isFenced: boolean
  exit: AttemptExit | null
  /** Since the program asked last, or since the attempt was made; by the database's clock, as it was noted. */
  silentSeconds: number
  /** How much of each stream has arrived, in bytes. */
  events: number
  output: number
}

/** How attempts stand, by their ids; those that are not there are left out. */
export async function readRemoteStates(db: Db, ids: readonly string[]): Promise<Map<string, RemoteState>> {
  const { id, instance, exit, fencedAt, heardAt, createdAt, eventsReceived, outputReceived } = remoteAttempts
  const rows = await db
    .select({
      id,
      isOpen: sql<boolean>`${instance} is not null`,
      isFenced: sql<boolean>`${fencedAt} is not null`,
      exit,
      silentSeconds: sql<number>`extract(epoch from now() - coalesce(${heardAt}, ${createdAt}))::float8`,
      events: eventsReceived,
      output: outputReceived,
    })
    .from(remoteAttempts)
    .where(sql`${id} = any(${sql.param(ids)}::text[])`)
  return new Map(rows.map(({ id, ...state }) => [id, state]))
}

export const readRemoteState = async (db: Db, id: string): Promise<RemoteState | undefined> => (await readRemoteStates(db, [id])).get(id)

/** From here on nothing is taken from an attempt any more, and what it was given is gone. */
export async function fenceRemoteAttempt(db: Db, id: string): Promise<void> {
  await db
    .update(remoteAttempts)
    .set({ fencedAt: sql`now()`, sealedOrder: null })
    .where(and(eq(remoteAttempts.id, id), isNull(remoteAttempts.fencedAt)))
}

/** Fences the attempts of a run, and deletes what of them was not read. */
export async function fenceRemoteAttempts(db: Db, evaluationId: string): Promise<void> {
  const rows = await db
    .update(remoteAttempts)
    .set({ fencedAt: sql`coalesce(${remoteAttempts.fencedAt}, now())`, sealedOrder: null })
    .where(eq(remoteAttempts.evaluationId, evaluationId))
    .returning({ id: remoteAttempts.id })
  for (const { id } of rows) await db.delete(remoteSpool).where(eq(remoteSpool.attemptId, id))
}
