// `npm run audit -- verify`: whether the audit log is what was written into it.
import { runCommand } from "./lib/command.mjs"

await runCommand("audit")
