import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { installedByHand } from "./install.mjs"

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "he-install-"))
  mkdirSync(join(folder, "node_modules/a"), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

/** @param {string} name @param {object} packages */
const lock = (name, packages) => writeFileSync(join(folder, name), JSON.stringify({ packages }))

test("believes npm's own record when it agrees with the lockfile", () => {
  lock("package-lock.json", { "": {}, "node_modules/a": { version: "1" }, "node_modules/mac": { version: "1", optional: true } })
  expect(installedByHand(folder)).toBe(false)
  lock("node_modules/.package-lock.json", { "node_modules/a": { version: "1" } })
  expect(installedByHand(folder)).toBe(true)
  lock("node_modules/.package-lock.json", { "node_modules/a": { version: "2" } })
  expect(installedByHand(folder)).toBe(false)
})

test("notices a package whose folder is gone, or that was added to the lockfile", () => {
  lock("node_modules/.package-lock.json", { "node_modules/a": { version: "1" } })
  lock("package-lock.json", { "node_modules/a": { version: "1" }, "node_modules/b": { version: "1" } })
  expect(installedByHand(folder)).toBe(false)
  lock("package-lock.json", { "node_modules/a": { version: "1" } })
  rmSync(join(folder, "node_modules/a"), { recursive: true })
  expect(installedByHand(folder)).toBe(false)
})
