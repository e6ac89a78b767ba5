// `npm run audit:deps`: whether the licences of all that is delivered allow it. Reads what is on this machine, asks nobody.
import { join } from "node:path"
import { checkLicences } from "./lib/licences.mjs"
import { loadEnvFile, readSettings, root } from "./lib/settings.mjs"

loadEnvFile()
try {
  console.log(checkLicences(root, join(readSettings(process.env).dataDir, "python")))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
