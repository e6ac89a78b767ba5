import { createWriteStream } from "node:fs"
import { access, open, rename, rm } from "node:fs/promises"
import { pipeline } from "node:stream/promises"
import { createGzip } from "node:zlib"
import { type Pack, pack } from "tar-stream"
import type { Config } from "../../base/config.ts"
import { ServiceError } from "../../base/errors.ts"
import type { Files } from "../../base/files.ts"
import { type Snapshot, withSnapshot } from "../../store/backup/snapshot.ts"
import { type End, endName, format, keyMark, type Manifest, manifestName, sum } from "./archive.ts"

const partBytes = 4 * 1024 ** 2

/** What a backup holds. */
export interface BackupSize {
  rows: number
  files: number
}

/**
 * Writes the database as of now, and all files, into one archive. The platform may run meanwhile: a file that appears or is deleted while the
 * backup is made may be missing from it or be in it without its row.
 * @throws ServiceError where the file is there already, or the database is empty
 */
export async function writeBackup(config: Config, files: Files, target: string): Promise<BackupSize> {
  if (
    await access(target).then(
      () => true,
      () => false,
    )
  )
    throw new ServiceError("conflict", `${target} is there already: choose another name, or remove it`)
  const temporary = `${target}.part-${process.pid}`
  const archive = pack()
  const saved = pipeline(archive, createGzip({ level: 4 }), createWriteStream(temporary, { mode: 0o600 }))
  try {
    const [size] = await Promise.all([
      withSnapshot(config.directDatabaseUrl, (snapshot) => fill(archive, snapshot, config, files)).catch((error: unknown) => {
        archive.destroy(error as Error)
        throw error
      }),
      saved,
    ])
    const handle = await open(temporary, "r+")
    await handle.sync()
    await handle.close()
    await rename(temporary, target)
    return size
  } catch (error) {
    await saved.catch(() => {})
    await rm(temporary, { force: true })
    throw error
  }
}

async function fill(archive: Pack, snapshot: Snapshot, config: Config, files: Files): Promise<BackupSize> {
  if (snapshot.migrations.length === 0) throw new ServiceError("conflict", "There is no platform in this database yet: start it once first")
  const manifest: Manifest = {
    format,
    platform: config.version,
    made_at: new Date().toISOString(),
    key: keyMark(config.secretKey),
    migrations: snapshot.migrations,
    tables: snapshot.tables,
    sequences: snapshot.sequences,
  }
  await addBytes(archive, manifestName, JSON.stringify(manifest))
  const end: End = { tables: {}, files: {} }
  for (const table of snapshot.tables) {
    const { stream, count } = snapshot.rows(table)
    const sums = sum()
    let part = 0
    for await (const bytes of inParts(stream)) {
      sums.add(bytes)
      await addBytes(archive, `database/${table.name}/${String(part++).padStart(6, "0")}`, bytes)
    }
    end.tables[table.name] = { rows: count(), sha256: sums.result().sha256 }
  }
  for await (const key of files.list()) {
    const size = await files.size(key)
    // Deleted since it was listed.
    if (size === null) continue
    const sums = sum()
    const entry = archive.entry({ name: `files/${key}`, size, mode: 0o600 })
    await pipeline(
      await files.read(key),
      async function* (source: AsyncIterable<Uint8Array>) {
        for await (const chunk of source) {
          sums.add(chunk)
          yield chunk
        }
      },
      entry,
    )
    end.files[key] = sums.result()
  }
  await addBytes(archive, endName, JSON.stringify(end))
  archive.finalize()
  return { rows: Object.values(end.tables).reduce((all, { rows }) => all + rows, 0), files: Object.keys(end.files).length }
}

const addBytes = (archive: Pack, name: string, content: string | Buffer) =>
  new Promise<void>((done, fail) => {
    archive.entry({ name, mode: 0o600 }, content, (error) => (error ? fail(error) : done()))
  })

/** A stream of unknown length in pieces that fit into memory: an entry of a tar begins with its size. */
async function* inParts(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes < partBytes) continue
    yield Buffer.concat(chunks)
    chunks = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(chunks)
}
