import { expect, test } from "vitest"
import { listEngineReports } from "../../store/compute/engine-reports.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { RemoteAttempts } from "./remote-attempts.ts"
import type { RemoteEngine } from "./remote-engine.ts"
import { reportEngines } from "./report-engines.ts"

const platform = testPlatform()
const report = { nodes: { total: 1, up: 1 }, cpu_cores: null, memory_gb: null, gpus: null, jobs: null, notes: [] }
const engine = (kind: string, ask?: RemoteEngine["report"]) => ({ kind, ...(ask ? { report: ask } : {}) }) as RemoteEngine

test("what engines say is noted, and why one says nothing; a worker that leaves waits for none", async () => {
  const { services } = platform()
  const ask = (engines: RemoteEngine[], leaving = new AbortController().signal) =>
    reportEngines({ services, remote: new RemoteAttempts(services, engines) }, leaving)
  const noted = async () => (await listEngineReports(services.db)).map((row) => [row.name, row.report, row.trouble])
  const down = () => Promise.reject(new Error("no route to host"))
  await ask([engine("a", async () => report), engine("b", down), engine("c")])
  expect(await noted()).toEqual([
    ["a", report, null],
    ["b", null, "no route to host"],
    ["c", null, null],
  ])
  await ask([engine("a", down), engine("b", async () => report)])
  expect((await noted()).slice(0, 2)).toEqual([
    ["a", null, "no route to host"],
    ["b", report, null],
  ])
  const leaving = new AbortController()
  const asked = ask([engine("a", () => new Promise(() => {}))], leaving.signal)
  leaving.abort()
  await asked
  expect((await noted())[0]).toEqual(["a", null, "no route to host"])
  // One that had left before it began.
  await ask([engine("a", async () => report)], leaving.signal)
})
