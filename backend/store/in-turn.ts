import type pg from "pg"
import { withClient } from "./db.ts"

/** What processes of a platform do one after the other when they start, each with the number of its lock. */
const turns = { migrations: 4_711_001, samples: 4_711_002 }

/** Waits until no other process does the same, on any machine, and then does it. A process that dies loses its turn with its connection. */
export const inTurn = <T>(url: string, what: keyof typeof turns, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient(url, async (client) => {
    await client.query("select pg_advisory_lock($1)", [turns[what]])
    return work(client)
  })
