import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { expect, test } from "vitest"
import { endOf, expiryOf, readEnd } from "./sandbox-end.ts"

const size = { memoryGb: 0.5, diskGb: 2, startCommand: null }
const exited = { phase: "exited", code: null, signal: null, limit: null } as const

test("a sandbox that ended says why", () => {
  expect(endOf({ phase: "lost" }, size)).toMatchObject({ status: "ERROR", errorType: "PROCESS_LOST" })
  expect(endOf({ ...exited, limit: "memory" }, size)).toMatchObject({
    errorType: "OOM_KILLED",
    errorMessage: expect.stringContaining("0.5 GB"),
  })
  expect(endOf({ ...exited, limit: "disk" }, size)).toMatchObject({ errorType: "DISK_LIMIT" })
  expect(endOf({ ...exited, code: 0 }, size)).toMatchObject({ status: "TERMINATED", errorType: null, exitCode: 0 })
  expect(endOf({ ...exited, code: 3 }, { ...size, startCommand: "exit 3" })).toMatchObject({
    status: "ERROR",
    errorMessage: "Its start command ended with exit code 3",
    exitCode: 3,
  })
  expect(endOf({ ...exited, signal: "SIGKILL" }, size)).toMatchObject({ errorMessage: "Its process ended with SIGKILL" })
})

test("a start command that failed is reported with the beginnings of its last lines", async () => {
  const workDir = await mkdtemp(path.join(tmpdir(), "he-end-"))
  const lines = ["long ago", "WARNING: ".padEnd(900, "x"), "error: externally-managed-environment", "", "a", "b"]
  await writeFile(path.join(workDir, "output.jsonl"), lines.map((text) => `${JSON.stringify({ text })}\n`).join(""))
  const handle = { kind: "bubblewrap", id: "one", workDir }
  const { errorMessage } = await readEnd(handle, { ...exited, code: 1 }, { ...size, startCommand: "pip install x" })
  expect(errorMessage).toBe(
    `Its start command ended with exit code 1: ${"WARNING: ".padEnd(199, "x")}…\nerror: externally-managed-environment\n\na\nb`,
  )
  await rm(workDir, { recursive: true })
})

test("a sandbox ends at its time limit, and when nobody used it; never idle while a request is under way", () => {
  const startedAt = new Date(0)
  const minute = 60_000
  const row = { isInstance: false, startedAt, timeoutMinutes: 60, idleTimeoutMinutes: 1 }
  expect(expiryOf(row, 0, minute)).toBeNull()
  expect(expiryOf(row, 0, minute + 1)).toMatchObject({ errorType: "IDLE_TIMEOUT", errorMessage: expect.stringContaining("1 minute ") })
  expect(expiryOf(row, null, 59 * minute)).toBeNull()
  expect(expiryOf(row, null, 60 * minute + 1)).toMatchObject({ errorType: "TIMEOUT", errorMessage: expect.stringContaining("60 minutes") })
  expect(expiryOf({ ...row, idleTimeoutMinutes: null }, 0, 59 * minute)).toBeNull()
})
