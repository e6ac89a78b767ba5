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
    const text = new TextDecoder("utf-8", { fatal: false }).decode(file.content)
    const isText = !text.includes("\0") && !text.slice(0, -1).includes("\uFFFD")
    return {
      ...base,
      kind: "file",
      entry: toInspectEntry(file.entry),
      content: isText ? text : file.content.toString("base64"),
      encoding: isText ? "utf-8" : "base64",
      truncated: file.entry.size > file.content.length,
      total_bytes: file.entry.size,
    }
  }
  const entries = await listArchiveFolder(await open(), clean)
  if (!entries) throw notFound("file", clean)
  return { ...base, kind: "directory", entries: entries.map(toInspectEntry) }
}
