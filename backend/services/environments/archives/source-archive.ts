import { createReadStream } from "node:fs"
import type { Readable } from "node:stream"
import { parse as parseToml } from "smol-toml"
import { declaredIn, type EvalDefaults } from "../../../../contract/index.ts"
import { cleanText } from "../../../base/json.ts"
import { type ArchiveEntry, readBytes, walkTar } from "./walk-tar.ts"

const textBytesMax = 1024 ** 2

/** README and evaluation defaults of a source archive, which is checked from end to end on the way. */
export async function readSourceArchive(file: string): Promise<{
  readme: string | null
  evalDefaults: EvalDefaults
}> {
  let readme: string | null = null
  let project = ""
  await walkTar(createReadStream(file), async (entry, content) => {
    if (/^readme\.md$/i.test(entry.path)) readme = cleanText((await readBytes(content, textBytesMax)).toString("utf8"))
    if (entry.path === "pyproject.toml") project = (await readBytes(content, textBytesMax)).toString("utf8")
  })
  return { readme, evalDefaults: evalDefaults(project) }
}

/** `[tool.verifiers.eval]` of a pyproject.toml. A file that is not TOML has no defaults; the build would have failed on it anyway. */
function evalDefaults(project: string): EvalDefaults {
  let parsed: unknown = {}
  try {
    parsed = parseToml(project)
  } catch {}
  const table = (parsed as { tool?: { verifiers?: { eval?: Record<string, unknown> } } }).tool?.verifiers?.eval ?? {}
  const whole = (value: unknown) => (typeof value === "number" && Number.isSafeInteger(value) ? value : null)
  return { num_examples: whole(table.num_examples), rollouts_per_example: whole(table.rollouts_per_example), ...declaredIn(table) }
}

/** The direct entries of a folder in a source archive, folders first. Null when there is no such folder. */
export async function listArchiveFolder(source: Readable, folder: string): Promise<ArchiveEntry[] | null> {
  const prefix = folder === "" ? "" : `${folder}/`
  const found = new Map<string, ArchiveEntry>()
  let exists = folder === ""
  await walkTar(source, async (entry) => {
    if (entry.path === folder && entry.isDirectory) exists = true
    if (!entry.path.startsWith(prefix)) return
    exists = true
    const [name = "", ...below] = entry.path.slice(prefix.length).split("/")
    if (name === "") return
    const path = `${prefix}${name}`
    if (below.length === 0) found.set(path, entry)
    else if (!found.has(path)) found.set(path, { path, isDirectory: true, size: 0, modifiedAt: null })
  })
  if (!exists) return null
  return [...found.values()].sort((a, b) => Number(b.isDirectory) - Number(a.isDirectory) || (a.path < b.path ? -1 : 1))
}

/** The first `maxBytes` of a file in a source archive; null when there is no such file. */
export async function readArchiveFile(
  source: Readable,
  path: string,
  maxBytes: number,
): Promise<{ entry: ArchiveEntry; content: Buffer } | null> {
  let found: { entry: ArchiveEntry; content: Buffer } | null = null
  await walkTar(source, async (entry, content) => {
    if (entry.path === path && !entry.isDirectory && !found) found = { entry, content: await readBytes(content, maxBytes) }
  })
  return found
}
