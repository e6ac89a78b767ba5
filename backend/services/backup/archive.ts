import { createHash, createHmac } from "node:crypto"
import { createReadStream } from "node:fs"
import { Readable } from "node:stream"
import { createGunzip } from "node:zlib"
import { extract } from "tar-stream"
import * as z from "zod"

/**
 * A backup is a gzipped tar: `manifest.json`, then each table's rows in parts (`database/TABLE/000000`), then the files (`files/KEY`), then
 * `end.json` with what there has to be. An archive without its end was broken off.
 */
export const format = 1
export const manifestName = "manifest.json"
export const endName = "end.json"

export const Manifest = z.object({
  format: z.literal(format, "The backup has a format that this version does not know: update the platform first"),
  platform: z.string(),
  made_at: z.string(),
  /** Tells whether the SECRET_KEY of a platform is the one that the backup's secrets are encrypted with. */
  key: z.string(),
  migrations: z.array(z.object({ hash: z.string(), at: z.number() })),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
  sequences: z.record(z.string(), z.string().nullable()),
})
export type Manifest = z.infer<typeof Manifest>

export const End = z.object({
  tables: z.record(z.string(), z.object({ rows: z.int(), sha256: z.string() })),
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
})
export type End = z.infer<typeof End>

/** Recognises a key without telling anything about it. */
export const keyMark = (key: Buffer): string => createHmac("sha256", key).update("backup").digest("hex").slice(0, 16)

export type Part = { kind: "manifest" } | { kind: "table"; name: string } | { kind: "file"; key: string } | { kind: "end" }

/** What an entry of the archive is. @throws Error for one that no backup has */
function partOf(name: string): Part {
  if (name === manifestName) return { kind: "manifest" }
  if (name === endName) return { kind: "end" }
  const [, table] = /^database\/(\w+)\/\d+$/.exec(name) ?? []
  if (table) return { kind: "table", name: table }
  if (name.startsWith("files/")) return { kind: "file", key: name.slice("files/".length) }
  throw new Error(`${JSON.stringify(name)} is in no backup`)
}

/** Reads an archive from its beginning to its end; each entry has to be read before the next one comes. */
export async function* readArchive(file: string): AsyncGenerator<{ part: Part; entry: Readable }> {
  const source = createReadStream(file)
  const unzip = createGunzip()
  const archive = extract()
  source.on("error", (error) => unzip.destroy(error))
  unzip.on("error", (error) => archive.destroy(error))
  source.pipe(unzip).pipe(archive)
  try {
    // The library's streams are not quite Node's own: a pipeline would end what they are written to.
    for await (const entry of archive) yield { part: partOf(entry.header.name), entry: Readable.from(entry) }
  } finally {
    source.destroy()
  }
}

/** Counts and hashes what flows by. */
export function sum() {
  const hash = createHash("sha256")
  let bytes = 0
  return {
    add(chunk: Uint8Array) {
      hash.update(chunk)
      bytes += chunk.length
    },
    result: () => ({ bytes, sha256: hash.digest("hex") }),
  }
}

export async function readJson(entry: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = []
  for await (const chunk of entry) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString("utf8"))
}
