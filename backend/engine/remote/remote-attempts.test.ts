import { expect, test } from "vitest"
import { newToken } from "../../base/ids.ts"
import { withClient } from "../../store/db.ts"
import { insertAttempt } from "../../store/evaluations/attempts.ts"
import { listRemoteInterpreters } from "../../store/remote/remote-attempts.ts"
import { testSpec } from "../../testing/sandbox.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { newWaitingRun } from "../../testing/waiting-run.ts"
import { RemoteAttempts } from "./remote-attempts.ts"
import type { EngineWord, RemoteEngine, ShipVariables } from "./remote-engine.ts"

const platform = testPlatform()
const silenceSeconds = 600

/** An attempt that an engine has taken, which says of it what the test tells it to say. */
async function submitted(given: Partial<RemoteEngine> = { encloses: true }) {
  const { services } = platform()
  const evaluationId = await newWaitingRun(platform(), `seen-${newToken("").slice(0, 8)}`, 1)
  await insertAttempt(services.db, { evaluationId, number: 1, reason: "launched", executor: "a-queue", machine: "a" })
  let word: EngineWord = { phase: "running" }
  let variables: ShipVariables | null = null
  const cancelled: string[] = []
  const engine: RemoteEngine = {
    kind: "a-queue",
    ...given,
    folder: "/node/attempts",
    platformUrl: "http://platform.test",
    silenceSeconds,
    async submit(_, given) {
      variables = given
    },
    inspect: async () => word,
    cancel: async (name) => void cancelled.push(name),
  }
  const id = `${evaluationId}-1`
  const interpreter = `/python-of-${id}`
  const spec = { ...(await testSpec([interpreter])), id, workDir: `/node/attempts/${id}`, env: { KEY: "a secret" } }
  const handle = await new RemoteAttempts(services, [engine]).start({
    engine,
    evaluationId,
    number: 1,
    spec,
    files: { "inside/a": Buffer.from("b") },
  })
  const post = async (address: string, body: string) => {
    const { ATTEMPT_TOKEN } = variables as unknown as ShipVariables
    const headers = { authorization: `Bearer ${ATTEMPT_TOKEN}`, "content-type": "application/json" }
    const request = new Request(`http://a/api/v1/attempts/${address}`, { method: "POST", body, headers })
    const response = await platform().fetch(request, null, "192.0.2.1")
    return { status: response.status, body: await response.json() }
  }
  return {
    handle,
    interpreter,
    cancelled,
    open: () => post("open", '{"instance": "one"}'),
    write: (lines: string) => post("events?instance=one&stream=events&offset=0", lines),
    written: async () => (await new RemoteAttempts(services, [engine]).inspect(handle)).written,
    exit: (end: object) => post("exit", JSON.stringify({ instance: "one", code: null, signal: null, limit: null, ...end })),
    /** What is seen of the attempt when the engine says this, and it was not heard of for some seconds. */
    async sees(said: EngineWord, silent: number) {
      word = said
      await withClient(platform().config.databaseUrl, (client) =>
        client.query(
          "update remote_attempts set created_at = now() - make_interval(secs => $1), heard_at = case when heard_at is not null then now() - make_interval(secs => $1) end where id = $2",
          [silent, id],
        ),
      )
      // Made anew: what the engine said a moment ago is remembered.
      const { written: _, ...seen } = await new RemoteAttempts(services, [engine]).inspect(handle)
      return seen
    },
    stop: (graceMs: number) => new RemoteAttempts(services, [engine]).stop(handle, graceMs),
  }
}

const gone: EngineWord = { phase: "gone" }
const running: EngineWord = { phase: "running" }
const unknown: EngineWord = { phase: "unknown" }

test("an attempt that has not begun is what its engine says of it, with the reason in the engine's words", async () => {
  const one = await submitted()
  expect(one.handle).toMatchObject({ kind: "a-queue", remote: true })
  expect(await one.sees({ phase: "pending", reason: "Resources" }, 3600)).toEqual({
    phase: "pending",
    detail: "waiting for a-queue: Resources",
  })
  expect(await one.sees(unknown, 3600)).toEqual({ phase: "unknown", detail: "a-queue does not answer" })
  expect(await one.sees(running, 3600)).toEqual({ phase: "running" })
  // It may be just taking it.
  expect(await one.sees(gone, 1)).toEqual({ phase: "running" })
  expect(await one.sees(gone, 30)).toEqual({ phase: "lost" })
  // Should it begin after all, it is sent away.
  expect((await one.open()).status).toBe(410)
})

test("an attempt that says that it lives does so, whatever its engine says", async () => {
  const one = await submitted()
  const { status, body } = await one.open()
  expect([status, body.variables, body.files, body.silence_seconds]).toEqual([
    200,
    { KEY: "a secret" },
    { "inside/a": "Yg==" },
    silenceSeconds,
  ])
  for (const word of [gone, unknown, { phase: "pending", reason: "requeued" } as const])
    expect(await one.sees(word, 5)).toEqual({ phase: "running" })
})

test("what an engine does not enclose itself, the order has a sandbox for", async () => {
  const { body } = await (await submitted({})).open()
  expect(body.spawn.sandbox.argv).toEqual(expect.arrayContaining(["bwrap", "--unshare-pid", "--unshare-net", "--ro-bind-try", "init"]))
  expect(Object.keys(body.files)).toEqual(expect.arrayContaining(["inside/a", "etc/passwd"]))
  // No network at all was asked for.
  expect(body.spawn.sandbox.network).toBeNull()
  expect((await (await submitted()).open()).body.spawn.sandbox).toBeNull()
})

test("one that is out of sight is waited for, until its engine has lost it too or the silence lasts too long", async () => {
  for (const [word, silent, isLost] of [
    [running, 100, false],
    [unknown, 100, false],
    [gone, 100, true],
    [running, silenceSeconds + 10, true],
    [unknown, silenceSeconds + 10, true],
  ] as const) {
    const one = await submitted()
    await one.open()
    const seen = await one.sees(word, silent)
    expect(seen.phase).toBe(isLost ? "lost" : "unknown")
    expect((await one.open()).status).toBe(isLost ? 410 : 200)
  }
})

test("how it ended is its own word; an end that it could not tell is a loss", async () => {
  const one = await submitted()
  await one.open()
  await one.exit({ code: 3, limit: "disk" })
  expect(await one.sees(gone, 3600)).toEqual({ phase: "exited", code: 3, signal: null, limit: "disk" })
  const other = await submitted()
  await other.open()
  await other.exit({})
  expect(await other.sees(running, 1)).toEqual({ phase: "lost" })
})

test("how much it has written is seen with its state, so that nobody has to look for more in vain", async () => {
  const one = await submitted()
  expect(await one.written()).toEqual({ events: 0, output: 0 })
  await one.open()
  await one.write("{}\n")
  expect(await one.written()).toEqual({ events: 3, output: 0 })
})

test("that nothing was started is told with its reason", async () => {
  const one = await submitted()
  await one.open()
  await one.exit({ code: 127, refused: "n1 could not make the sandbox: there is no bwrap" })
  expect(await one.sees(gone, 5)).toMatchObject({ phase: "exited", refused: "n1 could not make the sandbox: there is no bwrap" })
})

test("one that is stopped has time for its last word, and then nothing is taken from it", async () => {
  const one = await submitted()
  await one.open()
  expect(await listRemoteInterpreters(platform().services.db)).toContain(one.interpreter)
  const stopped = one.stop(0)
  await one.exit({ signal: "SIGTERM" })
  await stopped
  expect(one.cancelled).toEqual([one.handle.id])
  expect(await one.sees(gone, 5)).toEqual({ phase: "exited", code: null, signal: "SIGTERM", limit: null })
  expect((await one.open()).status).toBe(410)
  // The Python that attempts run on is not cleared away under them.
  expect(await listRemoteInterpreters(platform().services.db)).not.toContain(one.interpreter)
  // Nobody waits for the word of what has never begun.
  const other = await submitted()
  await other.stop(60_000)
  expect(await other.sees(running, 1)).toEqual({ phase: "lost" })
})
