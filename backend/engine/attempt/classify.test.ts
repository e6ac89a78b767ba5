import { expect, test } from "vitest"
import { classifyEnd, timedOut } from "./classify.ts"

test("a process that a limit ended is a failure of that limit", () => {
  const end = { code: null, signal: "SIGKILL" }
  expect(classifyEnd({ ...end, limit: "memory" }, 1, { max_concurrent: 8 })).toMatchObject({
    class: "out_of_memory",
    fix: { set: { max_concurrent: 4 } },
  })
  expect(classifyEnd({ ...end, limit: "disk" }, 1).class).toBe("disk_limit")
  expect(classifyEnd({ ...end, limit: "output" }, 1, { verbose: true })).toMatchObject({
    class: "output_limit",
    fix: { set: { verbose: false } },
  })
})

test("a process that ended without a word says how", () => {
  expect(classifyEnd({ code: 3, signal: null }, 3).message).toBe("It ended without a word, 3 times: exit code 3")
  expect(classifyEnd({ code: null, signal: "SIGSEGV" }, 1).message).toContain("a crash in native code (SIGSEGV)")
  expect(classifyEnd(null, 2, {}, "cluster says: NODE_FAIL").message).toBe(
    "It ended without a word, 2 times: nothing is left of it; cluster says: NODE_FAIL",
  )
  expect(classifyEnd(null, 1)).toMatchObject({ class: "worker_lost", message: "It ended without a word: nothing is left of it", fix: null })
})

test("more time is no help when the environment's code keeps the process busy", () => {
  const place = { file: "env.py", line: 4, function: "Env.setup_state", code: "time.sleep(9999)" }
  expect(timedOut("too late", { seconds: 31.4, place }, { timeout_minutes: 120 }, 1440)).toMatchObject({
    class: "timeout",
    place,
    fix: null,
  })
  expect(timedOut("too late", null, { timeout_minutes: 120 }, 200).fix?.set).toEqual({ timeout_minutes: 200 })
})
