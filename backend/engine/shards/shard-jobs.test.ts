import { expect, test } from "vitest"
import { runnerJob } from "../attempt/job.ts"
import { isOfAttempt, processesAllowed, shardJobs, shardNames, shardsOf, splitNames } from "./shard-jobs.ts"

const client = { type: "openai_chat_completions", base_url: "http://x", key_var: "K", headers: {} }
const job = { ...runnerJob({ mode: "evaluate", environment: "echo", client }), max_concurrent: 10 }

test("shares of what runs at once add up to what the run may", () => {
  expect(shardJobs(job, 4).map(({ max_concurrent, shard }) => [max_concurrent, shard])).toEqual([
    [3, [0, 4]],
    [3, [1, 4]],
    [2, [2, 4]],
    [2, [3, 4]],
  ])
  expect(shardJobs(job, 1)).toEqual([job])
})

test("an attempt and its shards are told from those of another", () => {
  const names = [...shardNames("run-1", 1), ...shardNames("run-1", 2)]
  expect(names).toEqual(["run-1", "run-1-s0", "run-1-s1"])
  expect(names.every((name) => isOfAttempt("run-1", name))).toBe(true)
  expect(["run-10", "run-10-s0", "run-1-s0-s1", "run-1-sx"].some((name) => isOfAttempt("run-1", name))).toBe(false)
})

test("as many processes as were asked for, or as the library starts for so many rollouts at once", () => {
  const room = { rollouts: 10_000, cores: 4, most: 8 }
  expect(shardsOf({ shards: 3, max_concurrent: 2000 }, room)).toBe(3)
  // The operator has lowered the limit since, or the run was changed when it was resumed.
  expect(shardsOf({ shards: 16, max_concurrent: 2000 }, room)).toBe(8)
  expect(shardsOf({ shards: 4, max_concurrent: 2 }, room)).toBe(2)
  expect([32, 256, 257, 1024, 5000].map((max_concurrent) => shardsOf({ max_concurrent }, room))).toEqual([1, 1, 2, 4, 4])
  expect(shardsOf({}, room)).toBe(1)
  // What a run does not have cannot go on at once.
  expect(shardsOf({ max_concurrent: 5000 }, { ...room, rollouts: 15 })).toBe(1)
  expect(shardsOf({ max_concurrent: 5000 }, { ...room, rollouts: null })).toBe(4)
  expect(shardsOf({ max_concurrent: 5000 }, { ...room, rollouts: 0 })).toBe(1)
})

test("where nobody asked for a number a process may split into one for each core, within the limits", () => {
  const room = { cores: 4, most: 8 }
  expect(processesAllowed({}, room)).toBe(4)
  expect(processesAllowed({ shards: 1 }, room)).toBe(1)
  expect(processesAllowed({ shards: 3 }, room)).toBe(1)
  expect(processesAllowed({ max_concurrent: 2 }, room)).toBe(2)
  expect(processesAllowed({}, { cores: 64, most: 8 })).toBe(8)
  // On another machine nobody knows of its cores.
  expect(processesAllowed({}, { cores: 1, most: 8 })).toBe(1)
})

test("a process that splits keeps its name, and may not do so again", () => {
  expect(splitNames("run-1", 3)).toEqual(["run-1", "run-1-s1", "run-1-s2"])
  expect(splitNames("run-1", 3).every((name) => isOfAttempt("run-1", name))).toBe(true)
  expect(shardJobs({ ...job, processes: 4 }, 2).map(({ processes }) => processes)).toEqual([1, 1])
})
