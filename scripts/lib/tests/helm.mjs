import { join } from "node:path"
import { filesBelow, hashFiles } from "../hash.mjs"
import { isComplete, make } from "../python.mjs"
import { root } from "../settings.mjs"
import { buildGo } from "./build-go.mjs"

const sources = join(root, "scripts/helm")

/** @param {string} dataDir */
const folderIn = (dataDir) => join(dataDir, "helm", hashFiles(sources, filesBelow(sources)).slice(0, 12))

/** The path of helm, where it was prepared; null where not. @param {string} dataDir */
export const findHelm = (dataDir) => (isComplete(folderIn(dataDir)) ? join(folderIn(dataDir), "helm") : null)

/**
 * Builds helm from its Go module, at the version that scripts/helm pins: some minutes for the first time.
 * @param {{ dataDir: string }} place
 */
export async function prepareHelm({ dataDir }) {
  const folder = folderIn(dataDir)
  await make(folder, "Building helm, which takes some minutes", () =>
    buildGo({ sources, output: join(folder, "helm"), target: "helm.sh/helm/v4/cmd/helm" }),
  )
}
