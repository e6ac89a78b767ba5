import path from "node:path"
import type { Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { Config } from "../../base/config.ts"
import { ServiceError, toError } from "../../base/errors.ts"
import type { Files } from "../../base/files.ts"
import { readDatabaseState, replaceDatabase } from "../../store/backup/replace-database.ts"
import { migrateDatabase } from "../../store/migrate.ts"
import { resealSecrets } from "../../store/secrets/reseal.ts"
import { End, keyMark, Manifest, readArchive, readJson, sum } from "./archive.ts"
import type { BackupSize } from "./write-backup.ts"

/**
 * Makes the platform what it was when the backup was made. The archive is read to its end before anything is changed, and the database is
 * replaced in one transaction.
 * @param oldKey the SECRET_KEY of the backup where the platform has another one now: what it encrypted is encrypted again
 * @param replace whether what the platform has now may be lost
 * @throws ServiceError when the archive is not whole, the platform runs or is filled, or the key is not the backup's
 */
export async function restoreBackup(
  config: Config,
  files: Files,
  source: string,
  { replace, oldKey }: { replace: boolean; oldKey: Buffer | null },
): Promise<BackupSize> {
  const { manifest, end } = await verifyBackup(source)
  const isOldKey = manifest.key !== keyMark(config.secretKey)
  if (isOldKey && (!oldKey || manifest.key !== keyMark(oldKey)))
    throw new ServiceError(
      "conflict",
      "The backup's secrets are encrypted with another SECRET_KEY: put that key into DATA_DIR/secret-key, or name it in SECRET_KEY_OLD",
    )
  const state = await readDatabaseState(config.directDatabaseUrl)
  if (state.otherConnections > 0)
    throw new ServiceError("conflict", `The database is in use by ${state.otherConnections} connections: stop the platform first`)
  if (!replace && (state.isFilled || (await hasFiles(files))))
    throw new ServiceError("conflict", "The platform is not empty: with --replace everything in it is deleted and replaced by the backup")

  const migrations = path.join(config.root, "backend/store/migrations")
  await replaceDatabase(config.directDatabaseUrl, migrations, manifest, (database) => fill(database, files, source, manifest, end))
  for await (const key of files.list()) if (!Object.hasOwn(end.files, key)) await files.delete(key)
  await migrateDatabase(config.directDatabaseUrl, migrations)
  if (isOldKey && oldKey) await resealSecrets(config.directDatabaseUrl, oldKey, config.secretKey)
  return { rows: Object.values(end.tables).reduce((all, { rows }) => all + rows, 0), files: Object.keys(end.files).length }
}

async function hasFiles(files: Files): Promise<boolean> {
  for await (const _ of files.list()) return true
  return false
}

/** Reads a backup to its end. @throws ServiceError when anything of it is missing or is not what was written */
export async function verifyBackup(source: string): Promise<{ manifest: Manifest; end: End }> {
  const sums = new Map<string, ReturnType<typeof sum>>()
  let manifest: Manifest | null = null
  let end: End | null = null
  try {
    for await (const { part, entry } of readArchive(source)) {
      if (part.kind === "manifest") manifest = Manifest.parse(await readJson(entry))
      else if (part.kind === "end") end = End.parse(await readJson(entry))
      else {
        const name = part.kind === "table" ? `table ${part.name}` : `file ${part.key}`
        const counted = sums.get(name) ?? sum()
        sums.set(name, counted)
        for await (const chunk of entry) counted.add(chunk as Uint8Array)
      }
    }
  } catch (error) {
    throw new ServiceError("invalid", `${source} cannot be read as a backup: ${toError(error).message}`)
  }
  if (!manifest || !end) throw new ServiceError("invalid", `${source} is no whole backup: it was broken off`)
  const expected = new Map<string, string>([
    ...Object.entries(end.tables).map(([name, { sha256 }]) => [`table ${name}`, sha256] as const),
    ...Object.entries(end.files).map(([key, { sha256 }]) => [`file ${key}`, sha256] as const),
  ])
  for (const [name, sha256] of expected)
    if ((sums.get(name) ?? sum()).result().sha256 !== sha256)
      throw new ServiceError("invalid", `${source} is damaged: ${name} is not what was written`)
  for (const name of sums.keys())
    if (!expected.has(name)) throw new ServiceError("invalid", `${source} is damaged: ${name} does not belong to it`)
  return { manifest, end }
}

type Database = Parameters<Parameters<typeof replaceDatabase>[3]>[0]

async function fill(database: Database, files: Files, source: string, manifest: Manifest, end: End): Promise<void> {
  const tables = new Map(manifest.tables.map((table) => [table.name, table]))
  const open: { name: string; stream: Writable; done: () => Promise<number> }[] = []
  const close = async () => {
    for (const { name, done } of open.splice(0)) {
      const [rows, expected] = [await done(), end.tables[name]?.rows]
      if (rows !== expected)
        throw new ServiceError("invalid", `${source} is damaged: table ${name} has ${rows} rows instead of ${expected}`)
    }
  }
  for await (const { part, entry } of readArchive(source)) {
    if (part.kind === "table") {
      const table = tables.get(part.name)
      if (!table) throw new ServiceError("invalid", `${source} is damaged: table ${part.name} is not in its list`)
      if (open[0]?.name !== part.name) {
        await close()
        open.push({ name: part.name, ...database.fill(table) })
      }
      if (open[0]) await pipeline(entry, open[0].stream, { end: false })
      continue
    }
    await close()
    if (part.kind === "file") await files.put(part.key, entry)
    else entry.resume()
  }
}
