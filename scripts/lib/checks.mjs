import { join } from "node:path"
import { build } from "./build.mjs"
import { add, countsOf, playwrightCounts, pytestCounts, vitestCounts } from "./counts.mjs"
import { root } from "./settings.mjs"
import { withCheckoutLock } from "./setup.mjs"

const bin = (/** @type {string} */ name) => join(root, "node_modules/.bin", name)
const PYTHON_FOLDERS = ["runner", "environments"]

/**
 * @typedef {{ reports: string, python: string, show: (command: string, args: string[], env?: NodeJS.ProcessEnv) => Promise<void> }} Tools
 *   show runs a tool on the terminal and throws when it fails
 * @typedef {{
 *   name: string,
 *   needs: ("python" | "postgres" | "chromium")[],
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
    needs: ["python", "postgres"],
    run: ({ show, reports }) =>
      show(bin("vitest"), ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${join(reports, "vitest.json")}`]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "vitest.json")),
  },
  { name: "build", needs: [], run: () => withCheckoutLock(build) },
  {
    name: "e2e",
    needs: ["python", "chromium"],
    run: ({ show, reports }) =>
      show(bin("playwright"), ["test", "--reporter=list,json"], { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, "playwright.json") }),
    counts: (reports) => countsOf(playwrightCounts, join(reports, "playwright.json")),
  },
]
