import path from "node:path"
import { parseArgs } from "node:util"
import { readConfig } from "./base/config.ts"
import { ServiceError } from "./base/errors.ts"
import { openFiles } from "./base/open-files.ts"
import { restoreBackup } from "./services/backup/restore-backup.ts"
import { writeBackup } from "./services/backup/write-backup.ts"

/** What `npm run backup` and `npm run restore` start, with the platform's settings in the environment. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { replace: { type: "boolean", default: false } },
})
const [command, argument = ""] = positionals
const config = readConfig()
const files = openFiles(config)
// npm changes the folder to the checkout's; a name means what it meant where it was typed.
const place = (name: string) => path.resolve(process.env.INIT_CWD ?? process.cwd(), name)
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
}

try {
  const run = commands[command ?? ""]
  if (!run || !argument) throw new ServiceError("invalid", "Use npm run backup -- FILE, or npm run restore -- FILE [--replace]")
  console.log(await run())
} catch (error) {
  if (!(error instanceof ServiceError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
