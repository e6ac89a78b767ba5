// `npm run restore -- FILE`: makes the platform what it was when the backup was made.
import { runCommand } from "./lib/command.mjs"

await runCommand("restore")
