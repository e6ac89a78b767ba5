import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { checkDisk, checkNode, findPython } from "./machine.mjs"

const folder = mkdtempSync(join(tmpdir(), "he-machine-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** A PATH on which python3 answers as told. @param {object} answer */
function pretend(answer) {
  const name = join(folder, "python3")
  writeFileSync(name, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`)
  chmodSync(name, 0o755)
  return { PYTHON: name }
}

test("refuses an old Node", () => {
  expect(() => checkNode("20.19.5")).toThrow("Node 20.19.5 is too old: install Node 20.20 or newer.")
  checkNode("20.20.0")
  checkNode("22.0.0")
})

test("refuses a full disk, also for a folder that does not exist yet", () => {
  checkDisk(join(folder, "a/b"), 0)
  expect(() => checkDisk(join(folder, "a/b"), 1e9)).toThrow(/^Only [\d.]+ GB free at .*: 1000000000 GB are needed/)
})

test("takes a fitting Python, and says what is wrong with another", async () => {
  const fitting = { path: "/p", version: "3.12.1", minor: [3, 12], complete: true }
  expect(await findPython(pretend(fitting))).toMatchObject({ path: "/p", version: "3.12.1" })
  const bare = pretend({ ...fitting, complete: false })
  await expect(findPython(bare)).rejects.toThrow("/p has no venv module: install it (Debian and Ubuntu: apt-get install python3.12-venv).")
  const young = pretend({ ...fitting, version: "3.14.0", minor: [3, 14] })
  await expect(findPython(young)).rejects.toThrow("found only 3.14.0")
  await expect(findPython({ PYTHON: "/nowhere/python" })).rejects.toThrow("(PYTHON=/nowhere/python: found none)")
})
