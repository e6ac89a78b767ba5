import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { openLog, worthShowing } from "./logs.mjs"

const folder = mkdtempSync(join(tmpdir(), "he-logs-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("shows errors and what was not meant for the log", () => {
  expect(worthShowing('{"level":30,"msg":"fine"}', "stderr")).toBeUndefined()
  expect(worthShowing('{"level":50,"msg":"bad","err":{"message":"no disk"}}', "stdout")).toBe("bad: no disk")
  expect(worthShowing('{"level":60,"err":{"message":"no disk"}}', "stdout")).toBe("error: no disk")
  expect(worthShowing("banner", "stdout")).toBeUndefined()
  expect(worthShowing("Error: boom", "stderr")).toBe("Error: boom")
  expect(worthShowing("{broken", "stderr")).toBe("{broken")
})

test("rotates, and keeps three old logs", () => {
  const file = join(folder, "web.log")
  const log = openLog(file, 10)
  for (const number of [1, 2, 3, 4, 5, 6]) {
    log.write(`line number ${number}`)
    log.flush()
  }
  expect(readFileSync(file, "utf8")).toBe("line number 6\n")
  expect(readFileSync(`${file}.3`, "utf8")).toBe("line number 3\n")
  expect(existsSync(`${file}.4`)).toBe(false)
})
