// `npm run database`: the embedded Postgres alone, for work on the store. Runs until Ctrl-C.

import { installPackages } from "./lib/install.mjs"
import { checkNode } from "./lib/machine.mjs"
import { startPostgres } from "./lib/postgres/postgres.mjs"
import { complain } from "./lib/say.mjs"
import { makeDataDir } from "./lib/secrets.mjs"
import { loadEnvFile, readSettings } from "./lib/settings.mjs"
import { withCheckoutLock } from "./lib/setup.mjs"

try {
  checkNode()
  loadEnvFile()
  const { dataDir } = readSettings(process.env)
  await withCheckoutLock(() => installPackages())
  makeDataDir(dataDir)
  const postgres = await startPostgres({ dataDir })
  console.log(`DATABASE_URL=${postgres.url}`)

  const waiting = setInterval(() => {}, 60_000)
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, async () => {
      clearInterval(waiting)
      await postgres.stop()
      process.exit()
    })
  }
} catch (error) {
  complain(error)
  process.exit(1)
}
