import { expect, test } from "vitest"
import { runnerJob } from "../attempt/job.ts"
import { isOfAttempt, shardJobs, shardNames } from "./shard-jobs.ts"

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
