import { execFileSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { expect, test } from "vitest"
import { sandboxPython } from "../testing/sandbox.ts"
import { type ZipEntry, zipStream } from "./zip.ts"

/** What Python's zipfile, which checks sums and sizes, says of an archive. */
async function asked(entries: Iterable<ZipEntry>, say: string): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), "he-zip-"))
  const file = path.join(folder, "a.zip")
  const pieces: Uint8Array[] = []
  for await (const piece of zipStream(entries)) pieces.push(piece)
  await writeFile(file, Buffer.concat(pieces))
  const script = `import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps(${say}))`
  const said = execFileSync(sandboxPython(), ["-I", "-S", "-c", script, file], { encoding: "utf8" })
  await rm(folder, { recursive: true })
  return JSON.parse(said)
}

async function* text(...pieces: string[]) {
  yield* pieces
}

test("texts, bytes and nothing are packed, under any name", async () => {
  const bytes = async function* () {
    yield Buffer.from([0, 255])
  }
  const entries = [
    { name: "folder/häagen.txt", content: text("one ", "zwei ü") },
    { name: "bytes", content: bytes() },
    { name: "empty", content: text() },
  ]
  expect(await asked(entries, "{name: z.read(name).decode('latin1') for name in z.namelist()}")).toEqual({
    "folder/häagen.txt": Buffer.from("one zwei ü").toString("latin1"),
    bytes: "\u0000\u00ff",
    empty: "",
  })
  const long = { name: "long", content: text(...Array.from({ length: 1000 }, () => "0123456789".repeat(100))) }
  expect(await asked([long], "[len(z.read('long')), z.infolist()[0].compress_size < 10_000]")).toEqual([1_000_000, true])
})

test("more files than the first form of a directory can count", async () => {
  const entries = function* (): Generator<ZipEntry> {
    for (let n = 0; n < 66_000; n++) yield { name: `${n}`, content: text() }
  }
  expect(await asked(entries(), "[len(z.namelist()), z.namelist()[-1]]")).toEqual([66_000, "65999"])
})

test("a content that fails ends the archive with its error", async () => {
  for (const begin of ["short", "long".repeat(100_000)]) {
    const failing = async function* () {
      yield begin
      throw new Error("the database is gone")
    }
    await expect(asked([{ name: "a", content: failing() }], "0")).rejects.toThrow("the database is gone")
  }
})
