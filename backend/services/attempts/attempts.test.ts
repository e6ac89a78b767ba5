import { beforeAll, expect, test } from "vitest"
import { limits } from "../../../contract/index.ts"
import { attemptOrderContext, encrypt, hashToken } from "../../base/crypto.ts"
import { withClient } from "../../store/db.ts"
import { insertAttempt } from "../../store/evaluations/attempts.ts"
import { fenceRemoteAttempts, insertRemoteAttempt, readRemoteState, requestRemoteStop } from "../../store/remote/remote-attempts.ts"
import { deleteSpooled } from "../../store/remote/remote-spool.ts"
import { serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { newWaitingRun } from "../../testing/waiting-run.ts"
import type { Context } from "../context.ts"
import { appendSpool } from "./append-spool.ts"
import { endAttempt } from "./end-attempt.ts"
import { openAttempt } from "./open-attempt.ts"

const platform = testPlatform()
let ctx: Context
let made = 0
beforeAll(async () => {
  ctx = await serviceContext(platform(), null)
})

const order = { work_dir: "/node/a", spawn: { argv: ["a"] }, variables: { KEY: "secret" }, files: {}, silence_seconds: 60 }

/** An attempt that waits for its program. @returns its name, the run, and its token */
async function newAttempt() {
  const evaluationId = await newWaitingRun(platform(), `remote-${++made}`, 1)
  await insertAttempt(ctx.db, { evaluationId, number: 1, reason: "launched", executor: "process", machine: "a" })
  const id = `${evaluationId}-1`
  const token = `hea_${id}`
  const sealedOrder = encrypt(ctx.config.secretKey, JSON.stringify(order), attemptOrderContext(id))
  await insertRemoteAttempt(ctx.db, { id, evaluationId, number: 1, interpreter: "/python", tokenHash: hashToken(token), sealedOrder })
  return { id, evaluationId, token }
}

const events = (offset: number, instance = "one") => ({ instance, stream: "events" as const, offset })
const lines = (text: string) => async () => Buffer.from(text)

test("the first instance gets the order, as often as it asks, and no other does", async () => {
  const { token } = await newAttempt()
  const opened = await openAttempt(ctx, token, "one")
  expect(opened).toMatchObject({ ...order, offsets: { events: 0, output: 0 }, heartbeat_seconds: 10, piece_bytes: 1024 ** 2 })
  expect(await openAttempt(ctx, token, "one")).toEqual(opened)
  await expect(openAttempt(ctx, token, "two")).rejects.toMatchObject({ code: "gone", message: expect.stringContaining("another instance") })
  await expect(appendSpool(ctx, token, events(0, "two"), lines("{}\n"))).rejects.toMatchObject({ code: "gone" })
  await expect(endAttempt(ctx, token, { instance: "two", code: 0, signal: null, limit: null })).rejects.toMatchObject({ code: "gone" })
})

test("of two instances that open an attempt at the same moment one gets it", async () => {
  const { token } = await newAttempt()
  const opened = await Promise.allSettled(["one", "two", "three"].map((instance) => openAttempt(ctx, token, instance)))
  expect(opened.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"])
})

test("a token that is nobody's is refused before anything is read, and so is none", async () => {
  for (const token of ["hea_made_up", undefined])
    await expect(openAttempt(ctx, token, "one")).rejects.toMatchObject({ code: "unauthorized" })
  const read = () => Promise.reject(new Error("it was read"))
  await expect(appendSpool(ctx, "hea_made_up", events(0), read)).rejects.toMatchObject({ code: "unauthorized" })
})

test("lines are taken once, where the stream goes on, and an empty piece is a sign of life", async () => {
  const { token } = await newAttempt()
  await openAttempt(ctx, token, "one")
  const append = (offset: number, text: string) => appendSpool(ctx, token, events(offset), lines(text))
  expect(await append(0, "é\n")).toEqual({ isTaken: true, answer: { offset: 3, stop: false } })
  // The answer was lost.
  expect(await append(0, "é\n")).toEqual({ isTaken: false, answer: { offset: 3, stop: false } })
  expect(await append(9, "x\n")).toEqual({ isTaken: false, answer: { offset: 3, stop: false } })
  expect(await append(3, "")).toEqual({ isTaken: true, answer: { offset: 3, stop: false } })
  // Both streams count for themselves.
  expect(await appendSpool(ctx, token, { ...events(0), stream: "output" }, lines("a\n"))).toMatchObject({ answer: { offset: 2 } })
  await expect(append(3, "half a line")).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("newline") })
})

test("of the same lines that come twice at the same moment one piece is stored", async () => {
  const { id, token } = await newAttempt()
  await openAttempt(ctx, token, "one")
  const answers = await Promise.all([1, 2, 3, 4].map(() => appendSpool(ctx, token, events(0), lines("one\n"))))
  expect(answers.filter(({ isTaken }) => isTaken)).toHaveLength(1)
  expect(answers.every(({ answer }) => answer.offset === 4)).toBe(true)
  const rows = await withClient(ctx.config.databaseUrl, (client) => client.query("select * from remote_spool where attempt_id = $1", [id]))
  expect(rows.rowCount).toBe(1)
  // What environments print may hold their secrets, and nothing is masked yet.
  expect(rows.rows[0].sealed_lines.includes("one")).toBe(false)
})

test("what nobody reads is not taken without end: the attempt is told to wait, and goes on when there is room", async () => {
  const { id, token } = await newAttempt()
  await openAttempt(ctx, token, "one")
  const piece = Buffer.alloc(limits.spoolLineBytesMax, "x")
  piece[piece.length - 1] = 10
  let offset = 0
  for (let pieces = 0; pieces < 4; pieces++) offset = (await appendSpool(ctx, token, events(offset), async () => piece)).answer.offset
  expect(offset).toBe(limits.spoolUnreadBytesMax)
  expect(await appendSpool(ctx, token, events(offset), lines("x\n"))).toEqual({ isTaken: true, answer: { offset, stop: false } })
  await deleteSpooled(ctx.db, id, "events", piece.length)
  expect((await appendSpool(ctx, token, events(offset), lines("x\n"))).answer.offset).toBe(offset + 2)
})

test("an attempt that is to stop is told with each answer, and how it ended is noted once", async () => {
  const { id, evaluationId, token } = await newAttempt()
  await openAttempt(ctx, token, "one")
  await requestRemoteStop(ctx.db, id)
  expect((await appendSpool(ctx, token, events(0), lines(""))).answer.stop).toBe(true)
  expect((await appendSpool(ctx, token, events(7), lines("a\n"))).answer.stop).toBe(true)
  await endAttempt(ctx, token, { instance: "one", code: 0, signal: null, limit: null })
  await endAttempt(ctx, token, { instance: "one", code: 9, signal: null, limit: null })
  expect(await readRemoteState(ctx.db, id)).toMatchObject({ isOpen: true, isFenced: false, exit: { code: 0 } })
  // The run has ended with it, before the answer that was lost could be given again.
  await fenceRemoteAttempts(ctx.db, evaluationId)
  await endAttempt(ctx, token, { instance: "one", code: 0, signal: null, limit: null })
  await expect(endAttempt(ctx, token, { instance: "two", code: 0, signal: null, limit: null })).rejects.toMatchObject({ code: "gone" })
})

test("after the end of a run nothing is taken from its attempts, and what they were given is gone", async () => {
  const { id, evaluationId, token } = await newAttempt()
  await openAttempt(ctx, token, "one")
  await appendSpool(ctx, token, events(0), lines("one\n"))
  await fenceRemoteAttempts(ctx.db, evaluationId)
  const end = { instance: "one", code: 0, signal: null, limit: null }
  for (const ask of [
    () => openAttempt(ctx, token, "one"),
    () => appendSpool(ctx, token, events(4), lines("two\n")),
    () => endAttempt(ctx, token, end),
  ])
    await expect(ask()).rejects.toMatchObject({ code: "gone", message: expect.stringContaining("over") })
  const { rows } = await withClient(ctx.config.databaseUrl, (client) =>
    client.query(
      "select sealed_order, (select count(*) from remote_spool where attempt_id = id)::int as spooled from remote_attempts where id = $1",
      [id],
    ),
  )
  expect(rows).toEqual([{ sealed_order: null, spooled: 0 }])
})
