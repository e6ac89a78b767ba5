// `npm run bench -- NAME [ARGUMENTS]`: measurements that docs and decisions quote. Each compares two things side by side in one run.
import { installPackages } from "../scripts/lib/install.mjs"
import { complain } from "../scripts/lib/say.mjs"
import { readSettings } from "../scripts/lib/settings.mjs"

/** Some measure functions of the contract, which is TypeScript. @type {Record<string, () => Promise<(args: string[]) => Promise<void>>>} */
const BENCHES = {
  coverage: async () => {
    ;(await import("tsx/esm/api")).register()
    return (await import("./coverage.mjs")).coverage
  },
  fleet: async () => (await import("./fleet.mjs")).fleet,
  "first-sample": async () => {
    ;(await import("tsx/esm/api")).register()
    return (await import("./first-sample.mjs")).firstSample
  },
  footprint: async () => (await import("./footprint.mjs")).footprint,
  intake: async () => {
    ;(await import("tsx/esm/api")).register()
    return (await import("./intake.mjs")).intake
  },
  json: async () => {
    ;(await import("tsx/esm/api")).register()
    return (await import("./json.mjs")).json
  },
  "large-sample": async () => (await import("./large-sample.mjs")).largeSample,
  lists: async () => (await import("./lists.mjs")).lists,
  load: async () => (await import("./load.mjs")).load,
  "local-model": async () => (await import("./local-model.mjs")).localModel,
  promptfoo: async () => (await import("./promptfoo.mjs")).promptfoo,
  search: async () => (await import("./search.mjs")).search,
  start: async () => (await import("./start.mjs")).start,
  store: async () => (await import("./store.mjs")).store,
  settled: async () => {
    ;(await import("tsx/esm/api")).register()
    return (await import("./settled.mjs")).settled
  },
  "wall-time": async () => (await import("./wall-time.mjs")).wallTime,
}

const [name = "", ...args] = process.argv.slice(2)
try {
  const load = BENCHES[name]
  if (!load) throw new Error(`Which measurement? ${Object.keys(BENCHES).join(", ")}`)
  await installPackages({ dataDir: readSettings({}).dataDir, dev: true })
  await (await load())(args)
} catch (error) {
  complain(error)
  process.exitCode = 1
}
