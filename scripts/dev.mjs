// `npm run dev`: the same with hot reload: Next's development server, and a worker that starts again when its sources change.
import { launch } from "./lib/launch.mjs"

await launch("development")
