// Runs `node` with the arguments given, and ends with the launcher. `node --watch` needs this: it takes no notice of a closed
// channel, and modules loaded with --import run in the program it watches only.
import { spawn } from "node:child_process"

const child = spawn(process.execPath, process.argv.slice(2), { stdio: "inherit" })
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill("SIGTERM"))
child.once("exit", (code) => process.exit(code ?? 1))
