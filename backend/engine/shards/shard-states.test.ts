import { expect, test } from "vitest"
import type { RunnerLastWord } from "../../../contract/index.ts"
import type { AttemptState } from "../attempt/attempt-state.ts"
import { lastWordOfShards, stateOfShards } from "./shard-states.ts"

const exited = (code: number | null, signal: string | null = null): AttemptState => ({ phase: "exited", code, signal, limit: null })
const running: AttemptState = { phase: "running" }
const waiting: AttemptState = { phase: "pending", detail: "waiting for slurm: Resources" }

test("how much they have written is seen as the sums, once all of them were seen", () => {
  const wrote = (events: number) => ({ ...running, written: { events, output: 1 } })
  expect(stateOfShards([wrote(3), wrote(4)])).toEqual({ ...running, written: { events: 7, output: 2 } })
  expect(stateOfShards([wrote(3), running])).toEqual(running)
})

test("an attempt lives as long as one of its processes, whatever became of the others", () => {
  expect(stateOfShards([exited(0), { phase: "lost" }, exited(null, "SIGKILL"), waiting, running])).toEqual(running)
  expect(stateOfShards([exited(0), exited(137), waiting])).toEqual(waiting)
})

test("it ended as its worst process did", () => {
  expect(stateOfShards([exited(0), exited(0)])).toEqual(exited(0))
  expect(stateOfShards([exited(0), exited(null, "SIGKILL"), exited(0)])).toEqual(exited(null, "SIGKILL"))
  expect(stateOfShards([exited(0), { phase: "lost" }])).toEqual({ phase: "lost" })
})

test("one that failed by itself ends it while others live", () => {
  const overLimit: AttemptState = { phase: "exited", code: null, signal: "SIGKILL", limit: "memory" }
  expect(stateOfShards([running, exited(1), running])).toEqual(exited(1))
  expect(stateOfShards([running, overLimit])).toEqual(overLimit)
})

test("it has finished when all have, and failed as soon as one has that was not stopped", () => {
  const finished = {
    kind: "run.finished",
    metadata: { avg_reward: 0.5, version_info: { vf_version: "0.3.1" } },
  } as unknown as RunnerLastWord
  const failed = (type: string) => ({ kind: "run.failed", errors: [{ type }] }) as unknown as RunnerLastWord
  expect(lastWordOfShards([finished, null])).toBeNull()
  expect(lastWordOfShards([finished, finished])).toEqual({ ...finished, metadata: { version_info: { vf_version: "0.3.1" } } })
  expect(lastWordOfShards([null, failed("KeyError"), finished])).toEqual(failed("KeyError"))
  expect(lastWordOfShards([failed("asyncio.CancelledError"), failed("KeyError")])).toEqual(failed("KeyError"))
  expect(lastWordOfShards([failed("asyncio.CancelledError"), finished])).toBeNull()
})
