import type { PoolClient } from "pg"
import { expect } from "vitest"
import { type Database, withClient } from "../store/db.ts"

/** A sort of more rows than that is one of the table, not of what a filter left. */
const sortedRowsMax = 20_000

interface Plan {
  "Node Type": string
  "Relation Name"?: string
  "Actual Rows": number
  "Actual Loops": number
  "Rows Removed by Filter"?: number
  Plans?: Plan[]
}

interface Statement {
  text: string
  values?: unknown[]
}

/** All statements that `work` makes, those of transactions with their beginnings and ends. */
export async function statementsOf({ pool }: Database, work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = []
  const recording = (client: { query: unknown }) => {
    const query = (client.query as (...given: unknown[]) => unknown).bind(client)
    return (statement: string | Statement, values: unknown[], ...rest: unknown[]) => {
      // The pool's own queries ask a client with a callback.
      if (rest.length === 0) statements.push({ text: typeof statement === "string" ? statement : statement.text, values })
      return query(statement, values, ...rest)
    }
  }
  const query = pool.query
  const connect = pool.connect.bind(pool) as (...given: unknown[]) => Promise<PoolClient>
  const clients = new Map<PoolClient, PoolClient["query"]>()
  pool.query = recording(pool) as typeof pool.query
  pool.connect = ((...given: unknown[]) => {
    // They connect with a callback, too.
    if (given.length > 0) return connect(...given)
    return connect().then((client) => {
      if (!clients.has(client)) {
        clients.set(client, client.query)
        client.query = recording(client) as typeof client.query
      }
      return client
    })
  }) as typeof pool.connect
  try {
    await work()
  } finally {
    Object.assign(pool, { query, connect })
    for (const [client, own] of clients) client.query = own
  }
  return statements
}

/** Has Postgres carry out all statements that `work` makes, each once more, and visits every node of their plans. */
async function visitPlans(
  database: Database,
  url: string,
  work: () => Promise<unknown>,
  visit: (plan: Plan, text: string) => void,
): Promise<void> {
  const statements = await statementsOf(database, work)
  expect(statements).not.toHaveLength(0)
  await withClient(url, async (client) => {
    for (const { text, values } of statements) {
      // Which plan it is does not depend on how long a busy machine takes for it.
      if (text.startsWith("set local statement_timeout")) continue
      if (/^(?:begin|commit|rollback|savepoint|release|set local)/.test(text)) {
        await client.query(text)
        continue
      }
      const explained = await client.query(`explain (analyze, timing off, format json) ${text}`, values)
      const visitAll = (plan: Plan) => {
        visit(plan, text)
        plan.Plans?.forEach(visitAll)
      }
      visitAll(JSON.parse(explained.rows[0]["QUERY PLAN"])[0].Plan)
    }
  })
}

/** What is wrong with the plans of all queries that `work` makes, as Postgres really carries them out: big tables that are read or sorted whole. */
export async function planFaults(
  database: Database,
  url: string,
  bigTables: ReadonlySet<string>,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const faults: string[] = []
  await visitPlans(database, url, work, (plan, text) => {
    const table = plan["Relation Name"] ?? ""
    if (plan["Node Type"] === "Seq Scan" && bigTables.has(table)) faults.push(`reads all of ${table}: ${text}`)
    const sorted = plan.Plans?.[0]
    if (plan["Node Type"] === "Sort" && sorted && sorted["Actual Rows"] * sorted["Actual Loops"] > sortedRowsMax)
      faults.push(`sorts ${sorted["Actual Rows"]} rows: ${text}`)
  })
  return faults
}

/** How many rows of a table the statements read that `work` makes. */
export async function rowsReadOf(database: Database, url: string, table: string, work: () => Promise<unknown>): Promise<number> {
  let read = 0
  await visitPlans(database, url, work, (plan) => {
    if (plan["Relation Name"] === table && plan["Node Type"] !== "ModifyTable")
      read += (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0)) * plan["Actual Loops"]
  })
  return read
}
