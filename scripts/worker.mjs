// `npm run worker`: a worker alone, on this machine or another, beside a platform that runs elsewhere on the same database.
import { launchWorker } from "./lib/launch.mjs"

await launchWorker()
