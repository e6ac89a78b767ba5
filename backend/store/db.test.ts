import { sql } from "drizzle-orm"
import { pino } from "pino"
import { expect, test } from "vitest"
import { testPlatform } from "../testing/test-platform.ts"
import { until } from "../testing/until.ts"
import { isDatabaseAway, openDatabase, withClient } from "./db.ts"
import { findUser } from "./identity/users.ts"

const platform = testPlatform()

/** A log that keeps its messages. */
function memoryLog() {
  const messages: string[] = []
  return { messages, log: pino({ level: "warn" }, { write: (line) => messages.push(JSON.parse(line).msg) }) }
}

// vitest fails a run with an unhandled 'error', which would end a worker.
test("a connection that Postgres ends inside a transaction fails that transaction, not the process", async () => {
  const { messages, log } = memoryLog()
  const database = openDatabase(platform().config.databaseUrl, log, { max: 1 })
  const transaction = database.db.transaction(async (tx) => {
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 50`)
    // As when the process is stopped for longer than that: the connection is idle until Postgres closes it.
    await until("the connection is lost", () => messages.length > 0)
    await tx.execute(sql`select 1`)
  })
  const error = await transaction.catch((caught) => caught)
  expect(isDatabaseAway(error), String(error)).toBe(true)
  expect(messages).toEqual(["a database connection was lost"])
  // The pool hands out a new connection instead.
  expect((await database.db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }])
  await database.close()
})

test.each(["begin", "select 1", "commit", "rollback"])("a connection that is lost at %s goes back to the pool all the same", async (at) => {
  const database = openDatabase(platform().config.databaseUrl, memoryLog().log, { max: 1 })
  database.pool.once("connect", (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = (async (statement: { text: string }, ...rest: unknown[]) => {
      if (statement.text === at)
        await platform().database.pool.query("select pg_terminate_backend($1)", [(client as unknown as { processID: number }).processID])
      return query(statement, ...rest)
    }) as typeof client.query
  })
  const transaction = database.db.transaction(async (tx) => {
    await tx.execute(sql`select 1`)
    if (at === "rollback") throw new Error("to be rolled back")
  })
  await expect(transaction).rejects.toSatisfy(isDatabaseAway)
  expect((await database.db.transaction((tx) => tx.execute(sql`select 1 as one`))).rows).toEqual([{ one: 1 }])
  await database.close()
})

test("an idle connection that Postgres ends is replaced", async () => {
  const { messages, log } = memoryLog()
  const database = openDatabase(platform().config.databaseUrl, log, { max: 1 })
  const { rows } = await database.pool.query("select pg_backend_pid() as pid")
  await platform().database.pool.query("select pg_terminate_backend($1)", [rows[0].pid])
  await until("the connection is lost", () => messages.length > 0)
  expect(messages).toEqual(["a database connection was lost"])
  expect((await database.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }])
  await database.close()
})

test("a single connection that Postgres ends fails the next query", async () => {
  const work = withClient(platform().config.databaseUrl, async (client) => {
    const { rows } = await client.query("select pg_backend_pid() as pid")
    const ended = new Promise((resolve) => client.once("end", resolve))
    await platform().database.pool.query("select pg_terminate_backend($1)", [rows[0].pid])
    await ended
    await client.query("select 1")
  })
  await expect(work).rejects.toSatisfy(isDatabaseAway)
})

test("a connection keeps the plan of a statement with a name, and none behind a pooler", async () => {
  const keptOf = async (hasPooler: boolean) => {
    const database = openDatabase(platform().config.databaseUrl, memoryLog().log, { max: 1, hasPooler })
    for (let i = 0; i < 2; i++) expect(await findUser(database.db, "nobody")).toBeUndefined()
    const { rows } = await database.pool.query("select name from pg_prepared_statements")
    await database.close()
    return rows
  }
  expect(await keptOf(false)).toEqual([{ name: "user_by_id" }])
  expect(await keptOf(true)).toEqual([])
})
