// `npm start`: from a fresh checkout to a running platform, with nothing but Node, npm and Python on the machine.
import { launch } from "./lib/launch.mjs"

await launch("production")
