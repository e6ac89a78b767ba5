import { appendFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { newId } from "../../base/ids.ts"
import { workFiles } from "../../sandbox/executor.ts"
import { claimRun } from "../../store/evaluations/run-leases.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"
import { newWaitingRun } from "../../testing/waiting-run.ts"
import type { WorkerContext } from "../worker-context.ts"
import { Fenced, RunRecord } from "./run-record.ts"

const platform = testPlatform()
const rollouts = 240

/** About 25 KB each, so that all of them are several pieces. */
const finished = (index: number, row: object = {}) =>
  `${JSON.stringify({
    v: 1,
    seq: index + 1,
    ts: 1,
    kind: "rollout.finished",
    example_id: String(index),
    index: 0,
    row: {
      example_id: index,
      reward: 1,
      completion: [{ role: "assistant", content: `${index} `.repeat(25_000 / `${index} `.length) }],
      ...row,
    },
  })}\n`

/** A claimed run whose process has written its events, all at once. */
async function runThatWrote(name: string, events: string) {
  const { services } = platform()
  await newWaitingRun(platform(), name, rollouts)
  const row = await claimRun(services.db, { owner: name, machine: name, port: 1 }, { all: null, perUser: null, perTeam: null }, [])
  const context = { services, owner: name, machine: name, executor: { kind: "process" } } as unknown as WorkerContext
  const record = new RunRecord(context, row as NonNullable<typeof row>)
  await record.update(
    { status: "RUNNING", phase: "running", attempt: 1, machine: name, startedAt: new Date(), deadlineAt: new Date(Date.now() + 3_600_000) },
    { begins: { reason: "launched" } },
  )
  await record.gatherInjection(`her_${newId()}`, [])
  const workDir = await mkdtemp(path.join(tmpdir(), "he-record-"))
  onTestFinished(() => rm(workDir, { recursive: true }))
  const file = path.join(workDir, workFiles.events)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, events)
  const samples = async () => {
    const query =
      "select s.seq, s.example_id from samples s join sample_bodies b on b.sample_id = s.id where s.evaluation_id = $1 order by s.seq"
    return (await platform().database.pool.query(query, [record.id])).rows
  }
  return { services, record, file, samples, handle: { kind: "process", id: record.id, workDir } as const }
}

const inOrder = (count: number) => Array.from({ length: count }, (_, i) => ({ seq: i + 1, example_id: String(i) }))

test("a backlog of several pieces is stored once, in its order, and its end is told", async () => {
  const all = Array.from({ length: rollouts }, (_, i) => finished(i))
  const { services, record, file, samples, handle } = await runThatWrote("backlog", all.join(""))
  const told: number[] = []
  const stopListening = services.signals.on("notice", (payload) => {
    const { notice } = JSON.parse(payload)
    if (notice.evaluation_id === record.id) told.push(notice.samples)
  })
  await until("notices arrive", async () => {
    await record.update({ phaseDetail: null })
    return told.length > 0
  })
  await record.takeAll(handle)
  expect(await samples()).toEqual(inOrder(rollouts))
  expect(record.row).toMatchObject({ samplesDone: rollouts, eventsOffset: (await stat(file)).size })
  await until("the end is told", () => told.at(-1) === rollouts)
  stopListening()
  // What is written later is another piece.
  await appendFile(file, finished(rollouts))
  expect(await record.takeNext(handle)).toBe(true)
  expect(await record.takeNext(handle)).toBe(false)
  expect(await samples()).toEqual(inOrder(rollouts + 1))
})

test("a line that is no event, and what Postgres cannot store, cost none of the others", async () => {
  const all = Array.from({ length: rollouts }, (_, i) =>
    i === 100 ? "{\n" : finished(i, i === 150 ? { note: "\0 \ud800", example_id: "\0" } : {}),
  )
  const { record, samples, handle } = await runThatWrote("bad-line", all.join(""))
  await record.takeAll(handle)
  const expected = inOrder(rollouts).filter(({ example_id }) => example_id !== "100")
  expect((await samples()).map(({ example_id }) => example_id)).toEqual(expected.map(({ example_id }) => example_id))
  const { rows } = await platform().database.pool.query(
    "select b.body ->> 'note' as note from samples s join sample_bodies b on b.sample_id = s.id where s.evaluation_id = $1 and s.example_id = '150'",
    [record.id],
  )
  expect(rows).toEqual([{ note: "\uFFFD \uFFFD" }])
})

test("a run that goes to another worker between two pieces keeps what was stored with its offset, and nothing of what was read ahead", async () => {
  const lines = Array.from({ length: rollouts }, (_, i) => finished(i))
  const { record, samples, handle } = await runThatWrote("taken-over", lines.join(""))
  const { pool } = platform().database
  await pool.query(`
    create function hand_over() returns trigger language plpgsql as $$ begin new.lease_owner := 'another'; return new; end $$;
    create trigger hand_over before update on evaluations for each row when (new.name = 'taken-over' and new.samples_done > 0) execute function hand_over()`)
  await expect(record.takeAll(handle)).rejects.toBeInstanceOf(Fenced)
  const { rows } = await pool.query("select events_offset, samples_done from evaluations where id = $1", [record.id])
  const stored = rows[0].samples_done
  expect(stored).toBeGreaterThan(0)
  expect(stored).toBeLessThan(rollouts)
  expect(await samples()).toEqual(inOrder(stored))
  expect(Number(rows[0].events_offset)).toBe(Buffer.byteLength(lines.slice(0, stored).join("")))
})
