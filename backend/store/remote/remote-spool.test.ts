import { beforeAll, expect, test } from "vitest"
import { planFaults } from "../../testing/plan-faults.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { withClient } from "../db.ts"
import { appendSpooled, deleteSpooled, readSpooled } from "./remote-spool.ts"

const platform = testPlatform()

beforeAll(async () => {
  await withClient(platform().config.databaseUrl, (client) =>
    client.query(`
      set session_replication_role = replica;
      insert into remote_spool (place, attempt_id, stream, "offset", size, sealed_lines)
        select 'run_' || i % 1000 || ':' || i, 'run_' || i % 1000, case when i % 3 = 0 then 'output' else 'events' end, (i / 1000) * 10, 10, '\\x00'
        from generate_series(1, 100000) i;
      insert into remote_attempts (id, evaluation_id, number, token_hash, interpreter, instance, events_received)
        select 'run_' || i, 'run_' || i, 1, 'hash_' || i, '/python', 'one', 10 from generate_series(0, 999) i;
      analyze remote_spool, remote_attempts;`),
  )
})

test("pieces are read in order from an offset, about as many bytes as asked for, and at least one", async () => {
  const { db } = platform().services
  const read = async (offset: number, bytes: number) => (await readSpooled(db, "run_7", "events", offset, bytes)).map((row) => row.offset)
  expect((await read(0, 25)).length).toBe(3)
  expect((await read(0, 1)).length).toBe(1)
  const all = await read(0, 1_000_000)
  expect(all).toEqual([...all].sort((a, b) => a - b))
  expect((await read(all[5] as number, 1))[0]).toBe(all[5])
  await deleteSpooled(db, "run_7", "events", all[5] as number)
  expect((await read(0, 1))[0]).toBe(all[5])
  expect(await read(999_999, 1)).toEqual([])
})

test("an attempt's pieces are found without those of the others", async () => {
  const { database, services, config } = platform()
  const faults = await planFaults(database, config.databaseUrl, new Set(["remote_spool"]), async () => {
    await readSpooled(services.db, "run_8", "events", 0, 4 * 1024 ** 2)
    const piece = { tokenHash: "hash_8", instance: "one", stream: "events", offset: 10, size: 1, place: "new", unreadBytesMax: 5 } as const
    // There is no room for it, which is known after all of its attempt's pieces were read, and no others.
    expect(await appendSpooled(services.db, { ...piece, sealedLines: Buffer.alloc(0) })).toBeUndefined()
  })
  expect(faults).toEqual([])
})
