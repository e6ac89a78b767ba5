import { Readable } from "node:stream"
import { expect, test } from "vitest"
import { artifactKey } from "../../base/files.ts"
import { tarOf } from "../../testing/archives.ts"
import { newEnvironment, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { inspectEnvironment } from "./inspect-environment.ts"

const platform = testPlatform()
const files = { "pyproject.toml": "[project]", "maze/__init__.py": "", "maze/words.txt": "Größe", "maze/cells.bin": "\0\u0001" }

async function published(owner: Context & { userId: string }, visibility: "PUBLIC" | "PRIVATE" = "PUBLIC"): Promise<string> {
  const { versionId } = await newEnvironment(platform(), owner, { name: "maze", visibility })
  await owner.files.put(artifactKey(versionId, "source"), Readable.from([await tarOf(files)]))
  return versionId
}

test("a folder lists what is directly in it, the top one too", async () => {
  const ada = await newUser(platform(), "ada")
  const versionId = await published(ada)
  const inspect = (path: string) => inspectEnvironment(ada, "ada", "maze", "latest", path, 1000)
  const top = await inspect("")
  expect(top).toMatchObject({ kind: "directory", path: "", version_id: versionId, content: null, entry: null })
  expect(top.entries).toMatchObject([
    { name: "maze", path: "maze", is_directory: true, size: null },
    { name: "pyproject.toml", path: "pyproject.toml", is_directory: false, size: 9 },
  ])
  const folder = await inspect("/maze/")
  expect(folder.path).toBe("maze")
  expect(folder.entries.map(({ name }) => name)).toEqual(["__init__.py", "cells.bin", "words.txt"])
})

test("a file comes as text, or as base64 when it is none", async () => {
  const bea = await newUser(platform(), "bea")
  await published(bea)
  const inspect = (path: string) => inspectEnvironment(bea, "bea", "maze", "0.1.0", path, 1000)
  expect(await inspect("maze/words.txt")).toMatchObject({
    kind: "file",
    content: "Größe",
    encoding: "utf-8",
    truncated: false,
    total_bytes: 7,
    entry: { name: "words.txt", path: "maze/words.txt", is_directory: false, size: 7 },
    entries: [],
  })
  expect(await inspect("maze/cells.bin")).toMatchObject({ content: "AAE=", encoding: "base64", total_bytes: 2 })
  expect(await inspect("maze/__init__.py")).toMatchObject({ kind: "file", content: "", encoding: "utf-8", truncated: false })
})

test("a file that is too large is cut, says so, and is still text when the cut went through a letter", async () => {
  const cyd = await newUser(platform(), "cyd")
  await published(cyd)
  const cut = (maxBytes: number) => inspectEnvironment(cyd, "cyd", "maze", "latest", "maze/words.txt", maxBytes)
  expect(await cut(2)).toMatchObject({ content: "Gr", truncated: true, total_bytes: 7 })
  expect(await cut(3)).toMatchObject({ content: expect.stringMatching(/^Gr/), encoding: "utf-8", truncated: true })
  expect(await cut(7)).toMatchObject({ content: "Größe", truncated: false })
})

test("a byte order mark stays, and one byte that is no text makes a file binary", async () => {
  const eli = await newUser(platform(), "eli")
  const { versionId } = await newEnvironment(platform(), eli, { name: "maze" })
  const odd = { "marked.txt": "\uFEFFa" }
  await eli.files.put(
    artifactKey(versionId, "source"),
    Readable.from([await tarOf(odd, (tar) => tar.entry({ name: "last.txt" }, Buffer.from([0x61, 0xff])))]),
  )
  const inspect = (path: string) => inspectEnvironment(eli, "eli", "maze", "latest", path, 1000)
  expect(await inspect("marked.txt")).toMatchObject({ content: "\uFEFFa", encoding: "utf-8", total_bytes: 4 })
  expect(await inspect("last.txt")).toMatchObject({ content: "Yf8=", encoding: "base64" })
})

test("a source that is not stored any more is not found, and no path of the server is told", async () => {
  const flo = await newUser(platform(), "flo")
  await newEnvironment(platform(), flo, { name: "maze" })
  await expect(inspectEnvironment(flo, "flo", "maze", "latest", "", 1000)).rejects.toMatchObject({
    code: "not_found",
    message: "The source archive is not stored any more",
  })
})

test("a path, a version or an environment that is not there is not found", async () => {
  const dan = await newUser(platform(), "dan")
  await published(dan)
  for (const [name, version, path] of [
    ["maze", "latest", "maz"],
    ["maze", "latest", "pyproject.toml/x"],
    ["maze", "latest", "../maze"],
    ["maze", "9.9.9", ""],
    ["none", "latest", ""],
  ] as const)
    await expect(inspectEnvironment(dan, "dan", name, version, path, 1000), `${name}@${version} ${path}`).rejects.toMatchObject({
      code: "not_found",
    })
})

test("strangers see the source of a public environment, and do not learn of a private one", async () => {
  const [eve, fay] = [await newUser(platform(), "eve"), await newUser(platform(), "fay")]
  await published(eve)
  await published(fay, "PRIVATE")
  for (const stranger of [await newUser(platform(), "gus"), await serviceContext(platform(), null)]) {
    expect(await inspectEnvironment(stranger, "eve", "maze", "latest", "", 1000)).toMatchObject({ kind: "directory" })
    await expect(inspectEnvironment(stranger, "fay", "maze", "latest", "", 1000)).rejects.toThrow("fay/maze")
    await expect(inspectEnvironment(stranger, "fay", "maze", "latest", "", 1000)).rejects.toMatchObject({ code: "not_found" })
  }
})
