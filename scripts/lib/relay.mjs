// Runs `node` with the arguments given, and ends with the launcher. `node --watch` needs this: it takes no notice of a closed
// channel, and modules loaded with --import run in the program it watches only. So does `next dev`: it hands such modules on to
// a process of its own, which closes its channel as a matter of course.
import { spawn } from "node:child_process"

const child = spawn(process.execPath, process.argv.slice(2), { stdio: "inherit" })
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill("SIGTERM"))
child.once("exit", (code) => process.exit(code ?? 1))
