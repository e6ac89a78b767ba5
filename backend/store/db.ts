import { type ExtractTablesWithRelations, sql } from "drizzle-orm"
import { drizzle, type NodePgQueryResultHKT } from "drizzle-orm/node-postgres"
import type { PgDatabase } from "drizzle-orm/pg-core"
import pg from "pg"
import type { Log } from "../base/log.ts"
import * as schema from "./schema.ts"
import { traceStatements } from "./trace-statements.ts"

// The columns read JSON themselves: some of them keep what JSON.parse would change.
pg.types.setTypeParser(pg.types.builtins.JSON, (text) => text)

/** The database, or a transaction on it: store functions take either. */
export type Db = PgDatabase<NodePgQueryResultHKT, typeof schema, ExtractTablesWithRelations<typeof schema>>

export interface Database {
  db: Db
  pool: pg.Pool
  close: () => Promise<void>
}

/** Postgres's code for "a row with this key exists". */
const uniqueViolation = "23505"

/**
 * Opens a pool; connections are made when they are first needed.
 * @param options max: how many; hasPooler: whether a pooler in between lends them for a transaction at a time
 */
export function openDatabase(url: string, log: Log, { max = 20, hasPooler = false } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    // A process that is frozen or cut off in the middle of a transaction holds locks that everybody else waits for.
    idle_in_transaction_session_timeout: 15_000,
  })
  // Without a listener a lost connection ends this process. The pool listens to its idle connections alone, so each one has a listener
  // of its own; the queries that are still to come on it fail. An end can be reported twice: by Postgres, and by the socket.
  pool.on("connect", (client) => {
    client.once("error", (error) => log.warn({ error: error.message }, "a database connection was lost"))
    client.on("error", () => {})
    if (hasPooler) withoutNames(client)
    traceStatements(client)
  })
  pool.on("error", () => {})
  traceStatements(pool)
  const db = drizzle(pool, { schema })
  db.transaction = transactionsOf(pool)
  return { db, pool, close: () => pool.end() }
}

/** Sends every statement without its name: behind a pooler the next one has another connection, which does not know the name. */
function withoutNames(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...values: unknown[]) => unknown
  client.query = ((first: unknown, ...others: unknown[]) =>
    query(
      typeof (first as { name?: unknown } | null)?.name === "string" ? { ...(first as pg.QueryConfig), name: undefined } : first,
      ...others,
    )) as typeof client.query
}

/** Transactions that give their connection back whatever fails. Drizzle's own keep it for good when it is lost at their beginning. */
function transactionsOf(pool: pg.Pool): Db["transaction"] {
  const onConnection = new WeakMap<pg.PoolClient, Db>()
  return async (work, options) => {
    const client = await pool.connect()
    let isLost = false
    try {
      const db = onConnection.get(client) ?? drizzle(client, { schema })
      onConnection.set(client, db)
      return await db.transaction(work, options)
    } catch (error) {
      isLost = isDatabaseAway(error)
      throw error
    } finally {
      // The client itself may learn of its end only later, and would be lent again until then.
      client.release(isLost)
    }
  }
}

/**
 * Waits for a write; undefined when a unique index refused it.
 * Not for use inside a transaction: Postgres gives that up with the refusal.
 */
export async function unlessTaken<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write
  } catch (error) {
    if (hasCode(error, uniqueViolation)) return undefined
    throw error
  }
}

/** Whether Postgres refused a query with this code. */
export function hasCode(error: unknown, code: string): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if ((at as { code?: unknown }).code === code) return true
  return false
}

/** Lends a connection of its own, outside any pool, for the time of some work. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  // Without a listener a lost connection would end this process; with one, the next query fails.
  client.on("error", () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Classes of Postgres's codes for a connection that is gone or was ended, and for a server that stops, starts or has no room. */
const awayCodes = /^(08|57P0|53300|25P03)/
const awaySystemCodes = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT"])

/** Whether a query failed because the database could not be reached or went away: the same query may well work later. */
export function isDatabaseAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown; syscall?: unknown }
    if (typeof code === "string" && awayCodes.test(code)) return true
    // A file that is missing has such a code too, but another system call.
    if (
      typeof code === "string" &&
      awaySystemCodes.has(code) &&
      /^(connect|read|write)$/.test(String((at as { syscall?: unknown }).syscall))
    )
      return true
    if (/^Connection terminated|timeout exceeded when trying to connect|^Client has encountered a connection error/.test(at.message))
      return true
  }
  return false
}

/** Classes of Postgres's codes for a conflict with others, a lack of means, and a stop from outside: nothing is wrong with the query. */
const passingCodes = /^(25|40|53|55|57|58)/

/** Whether a query failed for something that passes, so that the same query may well work later. */
export function isPassing(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (passingCodes.test(String((at as { code?: unknown }).code))) return true
  return isDatabaseAway(error)
}

/** Asks the database for nothing. @throws when it cannot be reached */
export async function ping(db: Db): Promise<void> {
  await db.execute(sql`select 1`)
}

export async function isAnswering(db: Db): Promise<boolean> {
  return ping(db).then(
    () => true,
    () => false,
  )
}
