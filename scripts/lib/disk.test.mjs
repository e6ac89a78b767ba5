import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { clearEndedRuns, freeBytes, isDiskFull } from "./disk.mjs"
import { openLog } from "./logs.mjs"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "he-disk-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A run's folder as a process leaves it. @param {string} name @param {Record<string, object>} files the shim's */
function makeRun(name, files) {
  const run = join(folder, "runs", name)
  mkdirSync(join(run, "inside/home"), { recursive: true })
  writeFileSync(join(run, "inside/home/large.bin"), "x")
  writeFileSync(join(run, "inside/events.jsonl"), "{}\n")
  for (const [file, value] of Object.entries(files)) writeFileSync(join(run, file), JSON.stringify(value))
  return () => readdirSync(join(run, "inside")).sort()
}

test("of runs that have ended what they reported stays, and of those that live everything", () => {
  const gone = spawnSync("true").pid
  const ended = makeRun("a-1", { "exit.json": {}, "shim.json": { pid: process.pid } })
  const killed = makeRun("b-1", { "shim.json": { pid: gone } })
  const living = makeRun("c-1", { "shim.json": { pid: process.pid } })
  const starting = makeRun("d-1", {})
  symlinkSync(join(folder, "runs/c-1"), join(folder, "runs/e-1"))
  writeFileSync(join(folder, "outside"), "kept")
  symlinkSync(join(folder, "outside"), join(folder, "runs/a-1/inside/link"))
  clearEndedRuns(folder)
  expect([ended(), killed()]).toEqual([["events.jsonl"], ["events.jsonl"]])
  expect([living(), starting()]).toEqual([
    ["events.jsonl", "home"],
    ["events.jsonl", "home"],
  ])
  expect(readFileSync(join(folder, "outside"), "utf8")).toBe("kept")
  clearEndedRuns(join(folder, "nothing"))
})

const mayMount = process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0

test.runIf(mayMount)("a log on a full disk writes on when there is room again", () => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder])
  try {
    const log = openLog(join(folder, "logs/web.log"))
    log.write("before")
    log.flush()
    const filler = join(folder, "filler")
    expect(() => writeFileSync(filler, Buffer.alloc(2 * 1024 ** 2))).toThrow("ENOSPC")
    expect(freeBytes(folder)).toBe(0)
    expect(isDiskFull(folder)).toBe(true)
    // More than fits into what the file's last block still has.
    log.write("y".repeat(100_000))
    log.write("lost")
    log.flush()
    rmSync(filler)
    log.write("after")
    log.flush()
    const text = readFileSync(join(folder, "logs/web.log"), "utf8")
    expect(text.startsWith("before\n")).toBe(true)
    expect(text.endsWith("… 2 lines could not be written here …\nafter\n")).toBe(true)
    expect(existsSync(filler)).toBe(false)
  } finally {
    execFileSync("umount", [folder])
  }
})
