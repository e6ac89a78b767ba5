import { createHash } from "node:crypto"
import { createGunzip, deflateRawSync } from "node:zlib"
import { extract } from "tar-stream"
import { expect, test } from "vitest"
import { fromBuffer } from "yauzl"
import { packageOf, packageOfWheel, projectFiles } from "./make-package.ts"
import { writeTarGz } from "./tar.ts"
import { bytesOf, type PackedFile, readZip, textOf, writeZip } from "./zip.ts"

const filesOf = (files: Record<string, string>): PackedFile[] =>
  Object.entries(files).map(([path, text]) => ({ path, bytes: bytesOf(text) }))
const pyproject = `[project]
name = "My-Env"
version = "0.2.0"
description = "An environment."
tags = ["math"]
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["verifiers>=0.2.0"]
[project.optional-dependencies]
judge = ["openai>=1; python_version > '3.10'"]
[project.entry-points."verifiers.tasksets"]
mine = "my_env:Taskset"
`
const project = { "pyproject.toml": pyproject, "README.md": "# Mine", "my_env.py": "x = 1\n", "notes.txt": "not in the wheel" }

/** What an independent reader finds in a zip archive. */
const unzipped = (bytes: Uint8Array): Promise<Record<string, string>> =>
  new Promise((resolve, reject) =>
    fromBuffer(Buffer.from(bytes), { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error) return reject(error)
      const found: Record<string, string> = {}
      zip.on("error", reject)
      zip.on("end", () => resolve(found))
      zip.on("entry", (entry) =>
        zip.openReadStream(entry, async (failed, stream) => {
          if (failed) return reject(failed)
          const chunks: Buffer[] = []
          for await (const chunk of stream) chunks.push(chunk as Buffer)
          found[entry.fileName] = Buffer.concat(chunks).toString()
          zip.readEntry()
        }),
      )
      zip.readEntry()
    }),
  )

async function untarred(bytes: Uint8Array): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const gunzip = createGunzip()
  const tar = gunzip.pipe(extract())
  gunzip.end(bytes)
  for await (const entry of tar) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    found[entry.header.name] = Buffer.concat(chunks).toString()
  }
  return found
}

test("a project becomes a wheel that records each of its files, and a source archive", async () => {
  const made = await packageOf(projectFiles(filesOf(project)))
  expect(made).toMatchObject({
    name: "My-Env",
    version: "0.2.0",
    wheel: { filename: "my_env-0.2.0-py3-none-any.whl" },
    metadata: { description: "An environment.", tags: ["math"], dependencies: ["verifiers>=0.2.0"], python_requires: ">=3.11" },
  })
  const wheel = await unzipped(made.wheel.bytes)
  const info = "my_env-0.2.0.dist-info"
  expect(Object.keys(wheel)).toEqual(["my_env.py", `${info}/METADATA`, `${info}/WHEEL`, `${info}/entry_points.txt`, `${info}/RECORD`])
  expect(wheel[`${info}/METADATA`]).toContain("Requires-Dist: openai>=1 ; (python_version > '3.10') and extra == 'judge'\n")
  expect(wheel[`${info}/METADATA`]?.endsWith("\n\n# Mine\n")).toBe(true)
  expect(wheel[`${info}/entry_points.txt`]).toBe("[verifiers.tasksets]\nmine = my_env:Taskset\n")
  const hash = createHash("sha256").update("x = 1\n").digest("base64url")
  expect(wheel[`${info}/RECORD`]?.split("\n")[0]).toBe(`my_env.py,sha256=${hash},6`)
  expect(await untarred(made.source.bytes)).toEqual(project)
  expect(made.wheel.sha256).toBe(createHash("sha256").update(made.wheel.bytes).digest("hex"))
  const content = createHash("sha256")
  for (const path of Object.keys(project).sort()) content.update(`file:${path}`).update(project[path as keyof typeof project])
  expect(made.contentHash).toBe(content.digest("hex"))
})

test("the package is found by its name, in src, or as the build is told", async () => {
  const inWheel = async (files: Record<string, string>) =>
    Object.keys(await unzipped((await packageOf(filesOf(files))).wheel.bytes)).filter((path) => !path.includes("dist-info"))
  const bare = '[project]\nname = "a-b"\nversion = "1"\n'
  expect(await inWheel({ "pyproject.toml": bare, "src/a_b/__init__.py": "", "src/a_b/data.json": "{}", "other.py": "" })).toEqual([
    "a_b/__init__.py",
    "a_b/data.json",
  ])
  const told = `${bare}[tool.hatch.build]\ninclude = ["main.py", "data/*.json", "more"]\n`
  expect(
    await inWheel({ "pyproject.toml": told, "main.py": "", "data/a.json": "", "data/a.csv": "", "more/deep/x.py": "", "a_b.py": "" }),
  ).toEqual(["main.py", "data/a.json", "more/deep/x.py"])
})

test("a folder around the project, and what tools keep, are left out", () => {
  const given = filesOf({
    "env/pyproject.toml": "",
    "env/a.py": "",
    "env/.git/config": "",
    "env/__pycache__/a.pyc": "",
    "env/tests/t.py": "",
    "other/b.py": "",
  })
  expect(projectFiles(given).map(({ path }) => path)).toEqual(["a.py", "pyproject.toml"])
})

test.each([
  [{ "main.py": "" }, "There is no pyproject.toml"],
  [{ "pyproject.toml": "not = [toml" }, "pyproject.toml is not valid TOML"],
  [{ "pyproject.toml": "[project]\nversion = '1'" }, "has no name"],
  [{ "pyproject.toml": "[project]\nname = 'a'\ndynamic = ['version']" }, "leaves the version to the build"],
  [{ "pyproject.toml": "[project]\nname = 'a'\nversion = '1'\nreadme = 'R.md'", "a.py": "" }, "names R.md as its readme"],
  [{ "pyproject.toml": "[project]\nname = 'a'\nversion = '1'", "b.py": "" }, "neither a.py nor a folder a"],
])("what is missing is named: %j", async (files, said) => {
  await expect((async () => packageOf(projectFiles(filesOf(files as unknown as Record<string, string>))))()).rejects.toThrow(said)
})

test("a wheel that was built elsewhere is published as it is, its files as the source", async () => {
  const built = await packageOf(filesOf(project))
  const made = await packageOfWheel(built.wheel.filename, built.wheel.bytes)
  expect(made.wheel).toEqual(built.wheel)
  expect(made.metadata).toMatchObject({ description: "An environment.", dependencies: ["verifiers>=0.2.0"] })
  expect(await untarred(made.source.bytes)).toEqual({ "README.md": "# Mine\n", "my_env.py": "x = 1\n" })
  await expect(packageOfWheel("x.whl", writeZip(filesOf({ "a.py": "" })))).rejects.toThrow("x.whl holds no *.dist-info/METADATA")
})

test("compressed archives are read, damaged ones are refused", async () => {
  const zip = writeZip(filesOf({ "a/ä.txt": "text", "b.txt": "" }))
  expect((await readZip(zip)).map(({ path, bytes }) => [path, textOf(bytes)])).toEqual([
    ["a/ä.txt", "text"],
    ["b.txt", ""],
  ])
  const text = Buffer.from("again and again and again")
  const packed = deflateRawSync(text)
  // The same archive by hand: method 8, both sizes.
  const single = writeZip([{ path: "c.txt", bytes: new Uint8Array(packed) }])
  const view = new DataView(single.buffer)
  const directory = single.length - 22 - (46 + 5)
  view.setUint16(8, 8, true)
  view.setUint16(directory + 10, 8, true)
  view.setUint32(22, text.length, true)
  view.setUint32(directory + 24, text.length, true)
  expect(textOf((await readZip(single))[0]?.bytes ?? new Uint8Array())).toBe(String(text))
  view.setUint32(directory + 24, 3, true)
  await expect(readZip(single)).rejects.toThrow("larger than the archive says")
  await expect(readZip(zip.slice(0, 40))).rejects.toThrow("not a zip archive")
})

test("long paths survive a tar archive", async () => {
  const path = `${"deep/".repeat(40)}name.py`
  expect(Object.keys(await untarred(await writeTarGz([{ path, bytes: bytesOf("x") }])))).toEqual([path])
})
