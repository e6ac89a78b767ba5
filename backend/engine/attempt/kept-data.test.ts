import { link, lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { keepFetchedData, layKeptData } from "./kept-data.ts"

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
