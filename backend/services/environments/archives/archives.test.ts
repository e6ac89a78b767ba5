import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { Readable } from "node:stream"
import { afterAll, beforeAll, expect, test } from "vitest"
import { tarOf, zipOf } from "../../../testing/archives.ts"
import { entriesMax, safePath } from "./bounds.ts"
import { listArchiveFolder, readArchiveFile, readSourceArchive } from "./source-archive.ts"
import { readWheel } from "./wheel.ts"

let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "he-archives-"))
})
afterAll(() => rm(folder, { recursive: true }))

async function stored(bytes: Buffer): Promise<string> {
  const file = path.join(folder, "archive")
  await writeFile(file, bytes)
  return file
}

const readSource = async (...given: Parameters<typeof tarOf>) => readSourceArchive(await stored(await tarOf(...given)))
const metadata = "echo-0.1.0.dist-info/METADATA"

test.each(["../x", "a/../../x", "/etc/passwd", "C:/x", "a\\..\\x", "a\0b"])("the path %j leads out of an archive", (name) => {
  expect(() => safePath(name)).toThrow("leads out of it")
})

test("paths inside an archive are written one way", () => {
  expect(safePath("./a//b/")).toBe("a/b")
  expect(safePath("./")).toBe("")
  expect(safePath("..a/b..")).toBe("..a/b..")
})

test("a source archive with a path that climbs out, or with a link, is refused", async () => {
  await expect(readSource({ "pyproject.toml": "", "../climb.py": "x" })).rejects.toMatchObject({ code: "invalid" })
  for (const type of ["symlink", "link"] as const)
    await expect(readSource({}, (tar) => tar.entry({ name: "inside", type, linkname: "/etc/passwd" }))).rejects.toThrow(
      "only files and folders are allowed",
    )
})

test("a source archive that is no gzipped tar file, or was cut off, is refused", async () => {
  await expect(readSourceArchive(await stored(Buffer.from("no gzip")))).rejects.toThrow("not a gzipped tar file")
  const whole = await tarOf({ "a.py": "x".repeat(5000) })
  await expect(readSourceArchive(await stored(whole.subarray(0, whole.length - 20)))).rejects.toMatchObject({ code: "invalid" })
})

test("README and evaluation defaults come from the top folder alone", async () => {
  const project = "[tool.verifiers.eval]\nnum_examples = 7\nrollouts_per_example = 1.5\n"
  expect(await readSource({ "sub/README.md": "# not this", "readme.md": "# this", "pyproject.toml": project })).toEqual({
    readme: "# this",
    evalDefaults: { num_examples: 7, rollouts_per_example: null },
  })
})

test("the range of rewards and the metrics that agree are read where they are declared as such", async () => {
  const evalDefaultsOf = async (lines: string) => (await readSource({ "pyproject.toml": `[tool.verifiers.eval]\n${lines}\n` })).evalDefaults
  expect(await evalDefaultsOf('reward_range = [0, 10]\nagreeing_metrics = [["judge", "exact"]]')).toMatchObject({
    reward_range: [0, 10],
    agreeing_metrics: [["judge", "exact"]],
  })
  expect(await evalDefaultsOf("reward_range = [10, 0]")).not.toHaveProperty("reward_range")
})

test.each([
  ["without a pyproject.toml", {}],
  ["with one that is not TOML", { "pyproject.toml": "not = [toml" }],
])("a source archive %s has no defaults", async (_, files) => {
  expect(await readSource({ "echo.py": "", ...files })).toEqual({
    readme: null,
    evalDefaults: { num_examples: null, rollouts_per_example: null },
  })
})

test("a folder of a source archive lists what is directly in it, folders first", async () => {
  const bytes = await tarOf({ "z.py": "1", "src/a.py": "22", "src/deep/b.py": "333" })
  const namesOf = async (at: string) => (await listArchiveFolder(Readable.from([bytes]), at))?.map((entry) => entry.path)
  expect(await namesOf("")).toEqual(["src", "z.py"])
  expect(await namesOf("src")).toEqual(["src/deep", "src/a.py"])
  expect(await namesOf("sr")).toBeUndefined()
})

test("a file is read up to the given number of bytes, and its full size is returned", async () => {
  const bytes = await tarOf({ "big.txt": "0123456789" })
  const found = await readArchiveFile(Readable.from([bytes]), "big.txt", 4)
  expect([found?.content.toString(), found?.entry.size]).toEqual(["0123", 10])
  expect(await readArchiveFile(Readable.from([bytes]), "none.txt", 4)).toBeNull()
})

test("a wheel is a zip archive with the METADATA of a package", async () => {
  await expect(stored(zipOf(["echo.py", metadata])).then(readWheel)).resolves.toBeUndefined()
  await expect(stored(zipOf(["echo.py", `sub/${metadata}`])).then(readWheel)).rejects.toThrow("not a Python package")
  await expect(stored(Buffer.from("no zip")).then(readWheel)).rejects.toThrow("not a zip archive")
})

test("a wheel with a path that climbs out is refused", async () => {
  for (const name of ["../climb.py", "/abs.py"])
    await expect(stored(zipOf([metadata, name])).then(readWheel)).rejects.toMatchObject({ code: "invalid" })
})

test("a wheel of too many files, or of too many bytes once unpacked, is refused before it is unpacked", async () => {
  const many = Array.from({ length: entriesMax }, (_, i) => `f${i}`)
  await expect(stored(zipOf([metadata, ...many])).then(readWheel)).rejects.toThrow("too large")
  await expect(stored(zipOf([metadata, "bomb"], 1024 ** 3 + 1)).then(readWheel)).rejects.toThrow("too large")
})
