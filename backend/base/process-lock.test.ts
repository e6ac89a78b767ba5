import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { withProcessLock } from "./process-lock.mjs"

const folder = mkdtempSync(path.join(tmpdir(), "he-lock-"))
afterAll(() => rmSync(folder, { recursive: true }))
const lock = (name: string) => path.join(folder, name)

test("one piece of work at a time, and the lock is gone afterwards, also when the work fails", async () => {
  let atOnce = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++atOnce)
    await new Promise((done) => setImmediate(done))
    atOnce--
  }
  await Promise.all([1, 2, 3].map(() => withProcessLock(lock("one"), work, { everyMs: 1 })))
  expect(most).toBe(1)
  await expect(withProcessLock(lock("one"), () => Promise.reject(new Error("no")))).rejects.toThrow("no")
  expect(existsSync(lock("one"))).toBe(false)
})

test("the lock of a process that died is taken over", async () => {
  const { pid } = spawnSync("true")
  writeFileSync(lock("dead"), String(pid))
  expect(await withProcessLock(lock("dead"), async () => "done")).toBe("done")
})

test("waiting ends when it is aborted", async () => {
  writeFileSync(lock("held"), String(process.pid))
  const controller = new AbortController()
  const waiting = withProcessLock(lock("held"), async () => {}, {
    signal: controller.signal,
    everyMs: 1,
    onWait: () => controller.abort(new Error("enough")),
  })
  await expect(waiting).rejects.toThrow("enough")
})
