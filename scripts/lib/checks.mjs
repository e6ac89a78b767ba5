import { join } from "node:path"
import { build } from "./build.mjs"
import { add, countsOf, playwrightCounts, pytestCounts, vitestCounts } from "./counts.mjs"
import { preparePrimeCli } from "./python.mjs"
import { root } from "./settings.mjs"
import { withCheckoutLock } from "./setup.mjs"

const bin = (/** @type {string} */ name) => join(root, "node_modules/.bin", name)
const PYTHON_FOLDERS = ["runner", "environments"]
const STORY = "backend/cli/story.test.ts"

/** Results on the terminal and, to be counted, in a file. @param {string} reports @param {string} name */
const vitestReport = (reports, name) => ["--reporter=default", "--reporter=json", `--outputFile.json=${join(reports, `${name}.json`)}`]

/**
 * @typedef {{ reports: string, dataDir: string, python: string, env: NodeJS.ProcessEnv, show: (command: string, args: string[], env?: NodeJS.ProcessEnv) => Promise<void> }} Tools
 *   show runs a tool on the terminal and throws when it fails
 * @typedef {{
 *   name: string,
 *   needs: ("python" | "prime" | "postgres" | "chromium" | "sandbox" | "containers" | "s3")[],
 *   run: (tools: Tools) => Promise<void>,
 *   counts?: (reports: string) => import("./counts.mjs").Counts | undefined,
 * }} Check
 */

/** Everything `npm test` looks at, in order: what is quick first. @type {Check[]} */
export const CHECKS = [
  { name: "lint", needs: [], run: ({ show }) => show(bin("biome"), ["ci", "."]) },
  {
    name: "types",
    needs: [],
    run: async ({ show }) => {
      await show(bin("next"), ["typegen"])
      await show(bin("tsc"), ["--noEmit"])
    },
  },
  { name: "openapi", needs: [], run: ({ show }) => show(process.execPath, ["--import", "tsx", "scripts/openapi.mjs", "--check"]) },
  {
    name: "ruff",
    needs: ["python"],
    run: async ({ show, python }) => {
      await show(python, ["-m", "ruff", "check", ...PYTHON_FOLDERS])
      await show(python, ["-m", "ruff", "format", "--check", ...PYTHON_FOLDERS])
    },
  },
  {
    name: "pytest",
    needs: ["python"],
    // One after the other, each from its own folder with its own settings: both have a conftest.py, and Python knows one by that name.
    run: async ({ show, python, reports }) => {
      const runs = []
      for (const folder of PYTHON_FOLDERS) {
        const args = ["-m", "pytest", "-q", `--junitxml=${join(reports, `${folder}.xml`)}`, `${folder}/tests`]
        runs.push(await show(python, args, { PYTHONPATH: join(root, "runner/src") }).catch((error) => error))
      }
      const failed = runs.find((error) => error)
      if (failed) throw failed
    },
    counts: (reports) => PYTHON_FOLDERS.map((folder) => countsOf(pytestCounts, join(reports, `${folder}.xml`))).reduce(add),
  },
  {
    name: "unit",
    needs: ["python", "postgres", "sandbox", "containers", "s3"],
    run: ({ show, reports }) => show(bin("vitest"), ["run", "--exclude", STORY, ...vitestReport(reports, "unit")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "unit.json")),
  },
  {
    name: "cli",
    needs: ["python", "prime", "postgres", "sandbox"],
    run: ({ show, reports }) => show(bin("vitest"), ["run", "--bail=1", STORY, ...vitestReport(reports, "cli")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "cli.json")),
  },
  {
    name: "cli-new",
    needs: ["python", "postgres"],
    // Somebody else's release must not turn this repository red, but whoever reads on should know.
    run: async ({ show, dataDir, env }) => {
      try {
        const prime = await preparePrimeCli({ dataDir, uv: env.UV, python: env.PYTHON_BASE, newest: true })
        await show(bin("vitest"), ["run", "--bail=1", STORY], { PRIME_CLI: prime })
      } catch (error) {
        console.warn(`WARNING: the newest prime CLI does not go through: ${error instanceof Error ? error.message : error}`)
      }
    },
  },
  {
    name: "contract",
    needs: ["python", "postgres"],
    run: ({ show, python }) => show(process.execPath, ["--import", "tsx", "scripts/contract.mjs", python]),
  },
  { name: "build", needs: [], run: () => withCheckoutLock(build) },
  {
    name: "e2e",
    needs: ["python", "chromium", "sandbox"],
    run: ({ show, reports }) =>
      show(bin("playwright"), ["test", "--reporter=list,json"], { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, "playwright.json") }),
    counts: (reports) => countsOf(playwrightCounts, join(reports, "playwright.json")),
  },
]
