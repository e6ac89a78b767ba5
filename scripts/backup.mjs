// `npm run backup -- FILE`: the database and the files of the platform in one archive, also while it runs.
import { runCommand } from "./lib/command.mjs"

await runCommand("backup")
