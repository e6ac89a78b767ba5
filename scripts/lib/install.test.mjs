import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { installWithBun } from "./bun/bun.mjs"
import { installedByHand, installPackages } from "./install.mjs"
import { readSettings } from "./settings.mjs"

const { dataDir } = readSettings({ DATA_DIR: process.env.DATA_DIR })

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
  expect(installedByHand(folder, true)).toBe(false)
  lock("node_modules/.package-lock.json", { "node_modules/a": { version: "1" } })
  expect(installedByHand(folder, true)).toBe(true)
  lock("node_modules/.package-lock.json", { "node_modules/a": { version: "2" } })
  expect(installedByHand(folder, true)).toBe(false)
})

test("notices a package whose folder is gone, or that was added to the lockfile", () => {
  lock("node_modules/.package-lock.json", { "node_modules/a": { version: "1" } })
  lock("package-lock.json", { "node_modules/a": { version: "1" }, "node_modules/b": { version: "1" } })
  expect(installedByHand(folder, true)).toBe(false)
  lock("package-lock.json", { "node_modules/a": { version: "1" } })
  rmSync(join(folder, "node_modules/a"), { recursive: true })
  expect(installedByHand(folder, true)).toBe(false)
})

test("does without what only development needs, unless that is asked for", () => {
  lock("package-lock.json", { "node_modules/a": { version: "1" }, "node_modules/tool": { version: "1", dev: true } })
  lock("node_modules/.package-lock.json", { "node_modules/a": { version: "1" } })
  expect(installedByHand(folder, false)).toBe(true)
  expect(installedByHand(folder, true)).toBe(false)
})

describe("with two packages that can be installed without a network", () => {
  const manifest = (/** @type {string} */ version) =>
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ version, dependencies: { a: "file:a-1.0.0.tgz" }, devDependencies: { tool: "file:tool-1.0.0.tgz" } }),
    )
  const writeLock = () => execFileSync("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], { cwd: folder })
  const has = (/** @type {string} */ name) => existsSync(join(folder, "node_modules", name, "package.json"))
  beforeEach(() => {
    for (const name of ["a", "tool"]) {
      mkdirSync(join(folder, name))
      const scripts = { postinstall: `node -e "fs.writeFileSync('../ran', '')"` }
      writeFileSync(join(folder, name, "package.json"), JSON.stringify({ name, version: "1.0.0", scripts }))
      execFileSync("npm", ["pack", `./${name}`, "--silent"], { cwd: folder })
    }
    rmSync(join(folder, "node_modules"), { recursive: true })
    manifest("1.0.0")
    writeLock()
  })

  // A folder cannot be made below a file, so that bun has no place.
  test.each([
    ["bun", () => dataDir],
    ["npm, where bun cannot be had", () => join(folder, "package.json")],
  ])("%s adds the tools of development to what a start installed, and keeps them from then on", { timeout: 60_000 }, async (who, place) => {
    const locked = readFileSync(join(folder, "package-lock.json"), "utf8")
    await installPackages({ dataDir: place(), folder })
    expect([has("a"), has("tool")]).toEqual([true, false])
    const untouched = join(folder, "node_modules/a/in-use")
    writeFileSync(untouched, "")
    await installPackages({ dataDir: place(), folder, dev: true })
    expect([has("a"), has("tool"), existsSync(untouched)]).toEqual([true, true, true])
    expect(readFileSync(join(folder, "package-lock.json"), "utf8")).toBe(locked)
    expect(existsSync(join(folder, "node_modules/ran"))).toBe(false)
    // npm's own record.
    expect(existsSync(join(folder, "node_modules/.package-lock.json"))).toBe(who !== "bun")

    // A start that installs everything again does not take them away.
    manifest("2.0.0")
    writeLock()
    rmSync(join(folder, "node_modules/a"), { recursive: true })
    await installPackages({ dataDir: place(), folder })
    expect([has("a"), has("tool"), existsSync(untouched)]).toEqual([true, true, false])
  })

  test("bun refuses a package that is not the one of the lockfile, and so does npm after it", { timeout: 60_000 }, async () => {
    const locked = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"))
    expect(locked.packages["node_modules/a"].integrity).toMatch(/^sha512-/)
    locked.packages["node_modules/a"].integrity = `sha512-${"A".repeat(86)}==`
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(locked))
    await expect(installWithBun(folder, { dataDir, dev: false })).rejects.toThrow(/integrity/i)
    await expect(installPackages({ dataDir, folder })).rejects.toThrow(/integrity/i)
    expect(has("a")).toBe(false)
  })
})
