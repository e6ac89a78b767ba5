import path from "node:path"
import { parseArgs } from "node:util"
import { readConfig } from "./base/config.ts"
import { ServiceError } from "./base/errors.ts"
import { createLog } from "./base/log.ts"
import { openFiles } from "./base/open-files.ts"
import { verifyAudit } from "./services/audit/verify-audit.ts"
import { restoreBackup } from "./services/backup/restore-backup.ts"
import { writeBackup } from "./services/backup/write-backup.ts"
import { hasCode, openDatabase } from "./store/db.ts"

/** What `npm run backup`, `npm run restore` and `npm run audit` start, with the platform's settings in the environment. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { replace: { type: "boolean", default: false }, end: { type: "string" } },
})
const [command, argument = ""] = positionals
const config = readConfig()
const files = openFiles(config)
// npm changes the folder to the checkout's; a name means what it meant where it was typed.
const place = (name: string) => path.resolve(process.env.INIT_CWD ?? process.cwd(), name)
/** Postgres's code for a table that is not there. */
const undefinedTable = "42P01"

const usage = ["npm run backup -- FILE", "npm run restore -- FILE [--replace]", "npm run audit -- verify [--end SEQ:HASH]"].join("\n")
const counted = ({ rows, files }: { rows: number; files: number }) => `${rows} rows and ${files} files`

const commands: Record<string, () => Promise<string>> = {
  async backup() {
    const target = place(argument)
    return `${target} has ${counted(await writeBackup(config, files, target))}`
  },
  async restore() {
    const oldKey = process.env.SECRET_KEY_OLD ? Buffer.from(process.env.SECRET_KEY_OLD, "hex") : null
    return `Restored ${counted(await restoreBackup(config, files, place(argument), { replace: values.replace, oldKey }))}`
  },
  async audit() {
    const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(values.end ?? "") ?? []
    if (argument !== "verify" || (values.end && !hash)) throw new ServiceError("invalid", usage)
    const database = openDatabase(config.databaseUrl, createLog("operate", config.logLevel), { max: 1 })
    const verdict = await verifyAudit(database.db, seq && hash ? { seq: Number(seq), hash } : null)
      .catch((error: unknown) => {
        if (!hasCode(error, undefinedTable)) throw error
        throw new ServiceError("conflict", "There is no audit log in this database yet: start this version of the platform once first")
      })
      .finally(database.close)
    if (!verdict.ok) throw new ServiceError("conflict", `Entry ${verdict.seq} of the audit log is not as it was: ${verdict.reason}`)
    return `The audit log is whole: ${verdict.entries} entries, end ${verdict.entries}:${verdict.head}`
  },
}

try {
  const run = commands[command ?? ""]
  if (!run || !argument) throw new ServiceError("invalid", usage)
  console.log(await run())
} catch (error) {
  if (!(error instanceof ServiceError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
