import { isUtf8 } from "node:buffer"
import type { InspectAnswer } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import type { Context } from "../context.ts"
import { listArchiveFolder, readArchiveFile } from "./archives/source-archive.ts"
import type { ArchiveEntry } from "./archives/walk-tar.ts"
import { requireVersion } from "./find-environments.ts"

const toInspectEntry = (entry: ArchiveEntry) => ({
  name: entry.path.split("/").at(-1) ?? entry.path,
  path: entry.path,
  is_directory: entry.isDirectory,
  size: entry.isDirectory ? null : entry.size,
  modified_at: entry.modifiedAt?.toISOString() ?? null,
  content_hash: null,
})

/** UTF-8 text; where the file was cut, without the character that was cut. Null for anything else. */
function textOf(content: Buffer, isCut: boolean): string | null {
  for (let cut = 0; cut <= (isCut ? 3 : 0); cut++) {
    const whole = content.subarray(0, content.length - cut)
    if (isUtf8(whole)) return whole.includes(0) ? null : whole.toString("utf8")
  }
  return null
}

/** A folder or a file of a version's source. Files that are not UTF-8 text come as base64. */
export async function inspectEnvironment(
  ctx: Context,
  owner: string,
  name: string,
  wanted: string,
  path: string,
  maxBytes: number,
): Promise<InspectAnswer> {
  const { version } = await requireVersion(ctx, owner, name, wanted)
  const clean = path.replace(/^\/+|\/+$/g, "")
  const open = () => ctx.files.read(artifactKey(version.id, "source"))
  const base = {
    path: clean,
    version_id: version.id,
    content: null,
    encoding: null,
    truncated: false,
    total_bytes: null,
    entry: null,
    entries: [],
  }
  const file = clean === "" ? null : await readArchiveFile(await open(), clean, maxBytes)
  if (file) {
    const isCut = file.entry.size > file.content.length
    const text = textOf(file.content, isCut)
    return {
      ...base,
      kind: "file",
      entry: toInspectEntry(file.entry),
      content: text ?? file.content.toString("base64"),
      encoding: text === null ? "base64" : "utf-8",
      truncated: isCut,
      total_bytes: file.entry.size,
    }
  }
  const entries = await listArchiveFolder(await open(), clean)
  if (!entries) throw notFound("file", clean)
  return { ...base, kind: "directory", entries: entries.map(toInspectEntry) }
}
