// The steps of Dockerfile that make something, each named by the first argument. They are those of `npm start`, so that an image and a checkout are made alike.
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { build, bundleCommands } from "./lib/build.mjs"
import { preparePython } from "./lib/python.mjs"
import { root } from "./lib/settings.mjs"

/** What only builds need, of the packages that `npm start` installs. */
const BUILD_ONLY = ["esbuild", "typescript", "tailwindcss", "@tailwindcss/postcss", "@types/node", "@types/react", "@types/react-dom"]

/** @type {Record<string, () => Promise<void> | void>} */
const STEPS = {
  /** uv and the packages that all environments share, below python/: tools and base. */
  async python() {
    const { uv, python } = await preparePython({ dataDir: root })
    // What they hold has their paths in it, so they keep their names, and the image's settings get links.
    for (const [name, program] of Object.entries({ tools: uv, base: python }))
      execFileSync("ln", ["-s", dirname(dirname(program)), join(root, "python", name)])
    rmSync(join(root, "python/uv-cache"), { recursive: true, force: true })
    list("python.txt", execFileSync(uv, ["pip", "freeze", "--python", python], { encoding: "utf8" }))
    list("debian.txt", execFileSync("dpkg-query", ["--show"], { encoding: "utf8" }))
  },
  /** The dashboard, and worker, migration and the operator's commands as bundles. */
  async build() {
    await build()
    await bundleCommands()
    rmSync(join(root, ".next/cache"), { recursive: true, force: true })
  },
  /** Leaves the packages that a running platform needs, and lists them. */
  packages() {
    npm(["pkg", "delete", "devDependencies", "optionalDependencies", ...BUILD_ONLY.map((name) => `dependencies.${name}`)])
    npm(["prune", "--omit=dev", "--no-audit", "--no-fund"])
    const next = join(root, "node_modules/@next")
    for (const name of readdirSync(next)) if (name.startsWith("swc-")) rmSync(join(next, name), { recursive: true })
    list("npm.spdx.json", sbom())
  },
}

/** @param {string[]} args @returns {string} */
const npm = (args) => execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 64 << 20 })

/** npm's list of what is installed, the same for the same packages: as of SOURCE_DATE_EPOCH, and named by version instead of by chance. */
function sbom() {
  const found = JSON.parse(npm(["sbom", "--sbom-format=spdx", "--omit=dev"]))
  found.creationInfo.created = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 0) * 1000).toISOString().replace(".000Z", "Z")
  found.documentNamespace = found.documentNamespace.replace(/-[0-9a-f-]{36}$/, "")
  return `${JSON.stringify(found, null, 1)}\n`
}

/** @param {string} name @param {string} text */
function list(name, text) {
  const folder = join(root, "sbom")
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
}

const [name = ""] = process.argv.slice(2)
const step = STEPS[name]
if (!step) throw new Error(`Name a step: ${Object.keys(STEPS).join(", ")}`)
await step()
