import { link, lstat, lutimes, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { readConfig } from "../../base/config.ts"
import { processExecutor } from "../../sandbox/executors/process.ts"
import { sandboxPrograms, sandboxPython } from "../../testing/sandbox.ts"
import { PythonEnvironments } from "../install/python-environments.ts"
import type { WorkerContext } from "../worker-context.ts"
import { clearKeptData, evictKeptData } from "./clear-kept-data.ts"
import { keepFetchedData, keptFolder, layKeptData, linksFolder, usedMark } from "./kept-data.ts"

const scratch = await mkdtemp(path.join(tmpdir(), "he-kept-"))
afterAll(() => rm(scratch, { recursive: true }))
let homes = 0

/** A home with these files; one that is an array is a link. */
async function homeWith(files: Record<string, string | [string]>): Promise<string> {
  const home = path.join(scratch, `home-${++homes}`)
  await mkdir(home)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true })
    if (typeof content === "string") await writeFile(path.join(home, name), content)
    else await symlink(content[0], path.join(home, name))
  }
  return home
}

const hub = ".cache/huggingface/hub/datasets--a--b"
const large = "x".repeat(100_000)

test("what one run fetched the next run has, in folders that it may write to", async () => {
  const kept = path.join(scratch, "owner")
  const first = await homeWith({
    [`${hub}/blobs/1`]: large,
    [`${hub}/refs/main`]: "rev",
    [`${hub}/snapshots/rev/data.parquet`]: ["../../blobs/1"],
    [`${hub}/.lock`]: "",
    ".cache/other/file": "not kept",
  })
  await keepFetchedData(first, kept, 1e9)
  const next = await homeWith({})
  expect(await layKeptData(kept, next)).toBe(true)
  expect(await readFile(path.join(next, hub, "snapshots/rev/data.parquet"), "utf8")).toBe(large)
  expect(await readlink(path.join(next, hub, "blobs/1"))).toBe(path.join(kept, hub, "blobs/1"))
  await writeFile(path.join(next, hub, "refs/main"), "another")
  expect(await readFile(path.join(kept, hub, "refs/main"), "utf8")).toBe("rev")
  await expect(lstat(path.join(next, hub, ".lock"))).rejects.toThrow()
  await expect(lstat(path.join(next, ".cache/other"))).rejects.toThrow()
  // What it wrote over is kept in turn, and what it had is not moved away.
  await keepFetchedData(next, kept, 1e9)
  expect(await readFile(path.join(kept, hub, "refs/main"), "utf8")).toBe("another")
  expect((await lstat(path.join(kept, hub, "blobs/1"))).isFile()).toBe(true)
})

test("nothing of a home is followed, and nothing beyond the owner's room is kept", async () => {
  const kept = path.join(scratch, "stranger")
  await writeFile(path.join(scratch, "secret"), "secret")
  const home = await homeWith({
    [`${hub}/blobs/out`]: [path.join(scratch, "secret")],
    [`${hub}/blobs/up`]: ["../../../../../../secret"],
    [`${hub}/blobs/big`]: large,
    nltk_data: [scratch],
  })
  await link(path.join(scratch, "secret"), path.join(home, hub, "blobs/hard"))
  await keepFetchedData(home, kept, 1000)
  expect(await layKeptData(kept, await homeWith({}))).toBe(false)
})

test("a folder of many files is laid out as links", async () => {
  const kept = path.join(scratch, "many")
  const words = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`nltk_data/corpora/words/${i}`, `word ${i}`]))
  await keepFetchedData(await homeWith(words), kept, 1e9)
  const homes = [await homeWith({}), await homeWith({})]
  for (const home of homes) await layKeptData(kept, home)
  const [first = "", second = ""] = homes.map((home) => path.join(home, "nltk_data/corpora/words/59"))
  expect(await readFile(first, "utf8")).toBe("word 59")
  expect(await readlink(second)).toBe(path.join(kept, "nltk_data/corpora/words/59"))
  // One link that both have: making others would take most of the time of a start.
  if (process.platform === "linux") expect((await lstat(first)).ino).toBe((await lstat(second)).ino)
  await rm(first)
  expect(await readFile(second, "utf8")).toBe("word 59")
})

/** Makes it look as if a unit was fetched and used at a time. */
async function usedLast(kept: string, unit: string, at: Date): Promise<void> {
  for (const folder of [kept, linksFolder(kept)])
    for (const { parentPath, name } of await readdir(path.join(folder, unit), { withFileTypes: true, recursive: true }))
      await lutimes(path.join(parentPath, name), at, at)
  await utimes(path.join(kept, unit), at, at)
}

test("the least recently used goes first, and what a run read is the most recently used", async () => {
  const kept = path.join(scratch, "full")
  const unit = (name: string) => `.cache/huggingface/hub/datasets--${name}`
  await keepFetchedData(await homeWith(Object.fromEntries(["a", "b", "c"].map((name) => [`${unit(name)}/blobs/1`, large]))), kept, 1e9)
  const home = await homeWith({})
  await layKeptData(kept, home)
  const days = (count: number) => new Date(Date.now() - count * 86_400_000)
  await usedLast(kept, unit("a"), days(30))
  await usedLast(kept, unit("b"), days(20))
  await usedLast(kept, unit("c"), days(10))
  const beyond = (max: number) => evictKeptData(kept, async ({ bytes }) => bytes > max)
  // A run that has just begun may still use all of it.
  expect(await beyond(0)).toEqual([])
  await utimes(path.join(kept, usedMark), days(1), days(1))
  expect(await beyond(250_000)).toEqual([unit("a")])
  expect(await readFile(path.join(home, unit("b"), "blobs/1"), "utf8")).toBe(large)
  // Where the file system notes when a link is followed.
  const isNoted = (await lstat(path.join(home, unit("b"), "blobs/1"))).atimeMs > days(1).getTime()
  expect(await evictKeptData(kept, async ({ usedAt }) => usedAt < days(5).getTime())).toEqual(
    isNoted ? [unit("c")] : [unit("b"), unit("c")],
  )
})

test("data that was not used for long is deleted, but not while an environment of its owner runs", async () => {
  const dataDir = path.join(scratch, "data")
  const long = new Date(Date.now() - 100 * 86_400_000)
  const unit = "nltk_data/corpora/words"
  for (const owner of ["idle", "busy"]) {
    const kept = keptFolder(dataDir, owner)
    await keepFetchedData(await homeWith({ [`${unit}/data`]: large }), kept, 1e9)
    await usedLast(kept, unit, long)
  }
  // As an attempt of the busy one has them.
  const environment = path.join(dataDir, "python/envs/one")
  await mkdir(path.join(environment, "inside"), { recursive: true })
  await writeFile(path.join(environment, ".complete"), JSON.stringify({ owner: "busy" }))
  await mkdir(path.join(dataDir, "runs/one-1"), { recursive: true })
  await writeFile(path.join(dataDir, "runs/one-1/spawn.json"), JSON.stringify({ argv: [path.join(environment, "inside/bin/python")] }))
  const settings = { DATABASE_URL: "postgres://nobody/none", DATA_DIR: dataDir, SECRET_KEY: "0f".repeat(32), PYTHON_BASE: sandboxPython() }
  const config = readConfig({ ...settings, MIN_FREE_DISK_MB: "0" } as unknown as NodeJS.ProcessEnv)
  const said: unknown[] = []
  const python = new PythonEnvironments(config, processExecutor({ python: sandboxPython(), programs: sandboxPrograms }))
  const log = { info: (fields: unknown) => said.push(fields) }
  await clearKeptData({ services: { config, log }, python } as unknown as WorkerContext)
  expect(said).toEqual([{ owner: "idle", deleted: [unit] }])
  expect(await readFile(path.join(keptFolder(dataDir, "busy"), unit, "data"), "utf8")).toBe(large)
})
