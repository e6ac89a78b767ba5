import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "../children.mjs"
import { make } from "../python.mjs"

/** LaTeX 2020 as WebAssembly, 8 MB: a TeX of a distribution is hundreds, and a parser of TeX is not TeX. Only this test needs it and what it brings. */
const LATEX = { name: "node-tikzjax", version: "1.0.5" }

/**
 * Installs the LaTeX that a test compiles tables with.
 * @param {{ dataDir: string }} place
 * @returns {Promise<string>} path of its module
 */
export async function prepareLatex({ dataDir }) {
  const folder = join(dataDir, `latex-${LATEX.version}`)
  await make(folder, "Installing LaTeX for tests", async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: { [LATEX.name]: LATEX.version } }))
    await run("npm install of LaTeX", "npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder })
  })
  return join(folder, "node_modules", LATEX.name, "dist/bootstrap.js")
}
