import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"
import { run } from "./children.mjs"
import { filesBelow, hashFiles, hashOf } from "./hash.mjs"
import { step } from "./say.mjs"
import { root } from "./settings.mjs"

const FOLDERS = ["app", "components", "lib", "public", "contract", "backend"]
/** Files in the root that a build reads: configuration, instrumentation, the proxy. tsconfig.json is taken separately. */
const isRootSource = (/** @type {string} */ name) =>
  /\.(ts|js|mjs|json)$/.test(name) && name !== "next-env.d.ts" && name !== "tsconfig.json"

/** Everything that goes into a build, as one hash. */
function sourceHash() {
  const inRoot = readdirSync(root)
    .filter(isRootSource)
    .map((name) => join(root, name))
  const inFolders = FOLDERS.flatMap((folder) => filesBelow(join(root, folder)))
  const publicVariables = Object.entries(process.env).filter(([name]) => name.startsWith("NEXT_PUBLIC_"))
  return hashOf(hashFiles(root, [...inRoot, ...inFolders]), JSON.stringify(publicVariables.sort()), process.versions.node)
}

/** Next writes into tsconfig.json while it builds, so only the file after the build can be compared with the next start. */
const tsconfigHash = () => hashFiles(root, [join(root, "tsconfig.json")])

/** Builds the dashboard and bundles the worker, unless no source changed since the last time. */
export async function build() {
  const stamp = join(root, ".next/hosted-evals-stamp")
  const sources = sourceHash()
  const bundled = ["worker", "migrate"].every((name) => existsSync(join(root, `dist/${name}.js`)))
  if (bundled && existsSync(stamp) && readFileSync(stamp, "utf8") === hashOf(sources, tsconfigHash())) return
  rmSync(stamp, { force: true })
  await step("Bundling the worker", bundleWorker)
  await step("Building the dashboard", async () => {
    await buildDashboard()
    await compressScripts()
  })
  mkdirSync(join(root, ".next"), { recursive: true })
  writeFileSync(stamp, hashOf(sources, tsconfigHash()))
}

/** True when a build has been completed here before, of whatever sources. */
export const hasBuilt = () => existsSync(join(root, ".next/hosted-evals-stamp"))

const buildDashboard = () =>
  run("next build", process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  })

/** Puts a Brotli and a gzip copy beside each script and style of the dashboard: lib/serving/static-files.ts serves them. */
async function compressScripts() {
  const files = filesBelow(join(root, ".next/static")).filter((file) => /\.(js|css)$/.test(file))
  // The best quality, 11, takes three times as long for 2 % less.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10 }
  await Promise.all(
    files.map(async (file) => {
      const body = await readFile(file)
      await writeFile(`${file}.br`, await promisify(brotliCompress)(body, { params }))
      await writeFile(`${file}.gz`, await promisify(gzip)(body, { level: 9 }))
    }),
  )
}

/** @param {string[]} programs */
const bundle = (programs) =>
  run("esbuild", join(root, "node_modules/.bin/esbuild"), [
    ...programs,
    "--outdir=dist",
    "--bundle",
    "--packages=external",
    "--platform=node",
    "--format=esm",
    "--target=node20",
    "--sourcemap",
    "--log-level=warning",
  ])

/** Bundles worker and migration into dist/. */
export const bundleWorker = () => bundle(["backend/worker.ts", "backend/migrate.ts"])

/** Bundles the operator's commands, and nothing that a running platform starts. */
export const bundleCommands = () => bundle(["backend/operate.ts"])
