import { execFileSync, spawnSync } from "node:child_process"
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises"
import type { Server } from "node:http"
import { tmpdir } from "node:os"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { serve } from "@hono/node-server"
import { expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { createPlatform, type Platform } from "../../platform.ts"
import { withClient } from "../../store/db.ts"
import { findAttempt } from "../../store/evaluations/attempts.ts"
import { readLogLines } from "../../store/logs/read-logs.ts"
import { fenceRemoteAttempts } from "../../store/remote/remote-attempts.ts"
import { lossyNetwork, processEngine } from "../../testing/remote.ts"
import { rolloutsFrom } from "../../testing/remote-program.ts"
import { superviseElsewhere } from "../../testing/remote-run.ts"
import { processesIn } from "../../testing/run-processes.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"
import { newWaitingRun } from "../../testing/waiting-run.ts"
import { Fenced } from "../run/run-record.ts"

const total = 2000
const platform = testPlatform()

const programFrom = (first: number) => rolloutsFrom(first, total, 0.003)

const listen = (served: Platform, port: number) =>
  serve({ fetch: (request) => served.fetch(request, null, "192.0.2.1"), hostname: "127.0.0.1", port }) as Server
const stopListening = (server: Server) => {
  server.close()
  server.closeAllConnections()
}

const ask = (query: string, values: unknown[] = []): Promise<any[]> =>
  withClient(platform().config.databaseUrl, async (client) => (await client.query(query, values)).rows)

const mayMount = process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0

test("2,000 rollouts on another machine count once, through a full disk, lost answers, a second instance and a restart", {
  timeout: 120_000,
}, async () => {
  const { db } = platform().services
  const nodes = await mkdtemp(path.join(tmpdir(), "he-nodes-"))
  const port = await freePort()
  let server = listen(platform(), port)
  let asked = 0
  // Of what is sent each fifth request is lost, and each third answer, after the platform has done it.
  const network = await lossyNetwork(
    () => `http://127.0.0.1:${port}`,
    () => (++asked % 5 === 0 ? "request" : asked % 3 === 0 ? "answer" : null),
  )
  const second = createPlatform(platform().config, "test")
  try {
    const id = await newWaitingRun(platform(), "chaos", total)

    // A machine whose disk is full after some hundred rows: they are kept, and the attempt is lost.
    const small = path.join(nodes, "small")
    await mkdir(small)
    if (mayMount) execFileSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", small])
    const onSmall = processEngine({ folder: path.join(small, "attempts"), platformUrl: network.url })
    const first = await superviseElsewhere(platform(), "first", onSmall)
    if (mayMount) {
      const handle = await first.start(programFrom(0))
      const ended = await first.follow(handle)
      expect(ended).not.toMatchObject({ phase: "exited", code: 0 })
      expect(first.record.row.samplesDone).toBeGreaterThan(50)
      expect(first.record.row.samplesDone).toBeLessThan(total)
      await first.remote.stop(handle, 0)
      expect(await onSmall.jobs[0]?.ended).toBe(0)
    }
    const kept = first.record.row.samplesDone
    await first.leave()

    // Another machine, whose clock is wrong by a day.
    const large = path.join(nodes, "large")
    const onLarge = processEngine({ folder: large, platformUrl: network.url, clockSeconds: -86_400 })
    const before = await superviseElsewhere(platform(), "before", onLarge)
    const handle = await before.start(programFrom(kept))
    expect(await before.follow(handle, () => before.record.row.samplesDone > kept + (total - kept) / 4)).toBeNull()

    // The engine has lost sight of the machine, and starts the same job once more: it is sent away, and writes nothing.
    expect(await onLarge.again(handle.id).ended).toBe(75)
    expect(await readdir(large)).toEqual([handle.id])

    // The platform is away, its supervisor with it, and comes back as another process.
    stopListening(server)
    await sleep(1500)
    await before.leave()
    const after = await superviseElsewhere(second, "after", onLarge)
    server = listen(second, port)
    await until("what was written meanwhile is sent", async () => {
      const [row] = await ask("select events_received as bytes from remote_attempts where id = $1", [handle.id])
      return Number(row.bytes) > after.record.row.eventsOffset
    })
    expect(await after.follow(handle)).toMatchObject({ phase: "exited", code: 0, signal: null, limit: null })
    // Who was replaced cannot store any more, even what it reads is gone.
    await expect(before.record.update({ phaseDetail: "still here" })).rejects.toThrow(Fenced)

    expect(after.record.lastWord).toMatchObject({ kind: "run.finished" })
    expect(after.record.row).toMatchObject({ samplesDone: total, samplesErrored: 0, rewardSum: total })
    const [stored] = await ask(
      "select count(*)::int as rows, count(distinct dedupe_key)::int as keys from samples where evaluation_id = $1",
      [id],
    )
    expect(stored).toEqual({ rows: total, keys: total })
    expect((await findAttempt(db, id, after.record.row.attempt))?.samples).toBe(total - kept)
    // Lines have nothing that would tell a second one: they show that no piece was read twice.
    const printed = (await readLogLines(db, id, 0, 10_000)).flatMap(({ text }) => /^row (\d+)$/.exec(text)?.[1] ?? [])
    expect(new Set(printed).size).toBe(printed.length)
    expect(printed.filter((number) => Number(number) >= kept).length).toBe(total - kept)

    await after.record.end("COMPLETED", null)
    expect(await ask("select place from remote_spool")).toEqual([])
    expect(await onLarge.jobs[0]?.ended).toBe(0)
    expect(await readdir(large)).toEqual([])
    expect(network.lost()).toBeGreaterThan(10)
  } finally {
    network.close()
    stopListening(server)
    await second.close()
    if (mayMount) execFileSync("umount", ["--lazy", path.join(nodes, "small")])
    await rm(nodes, { recursive: true, force: true })
  }
})

test("an attempt that is over, or that nobody answers, ends itself with all it has started, and leaves nothing", {
  timeout: 60_000,
}, async () => {
  const { db } = platform().services
  const nodes = await mkdtemp(path.join(tmpdir(), "he-nodes-"))
  const port = await freePort()
  const server = listen(platform(), port)
  try {
    const begin = async (slug: string, silenceSeconds: number) => {
      await newWaitingRun(platform(), slug, total)
      const engine = processEngine({ folder: path.join(nodes, slug), platformUrl: `http://127.0.0.1:${port}`, silenceSeconds })
      const { start, record } = await superviseElsewhere(platform(), slug, engine)
      const handle = await start(programFrom(0))
      await until("it writes", async () => (await record.takeNext(handle)) && record.row.samplesDone > 0)
      expect(await processesIn([handle.workDir])).not.toEqual([])
      return { engine, record, handle }
    }
    const isAway = async ({ engine, handle }: Awaited<ReturnType<typeof begin>>) => {
      expect(await engine.jobs[0]?.ended).toBe(75)
      expect(await processesIn([handle.workDir])).toEqual([])
      expect(await readdir(engine.folder)).toEqual([])
    }
    const fenced = await begin("fenced", 600)
    await fenceRemoteAttempts(db, fenced.record.id)
    await isAway(fenced)
    // What it still sent belongs to nobody.
    expect(await ask("select place from remote_spool")).toEqual([])

    const alone = await begin("alone", 2)
    stopListening(server)
    await isAway(alone)
  } finally {
    stopListening(server)
    await rm(nodes, { recursive: true, force: true })
  }
})
