import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Problem } from "../say.mjs"
import { circles } from "./circles.mjs"
import { importGraph } from "./imports.mjs"

/** Sizes in lines of a source file, and in source files of a folder. */
const MEDIAN_LINES = 60
const PERCENTILE_95_LINES = 220
const MOST_LINES = 400
const MOST_FILES = 25

const CODE = /\.(ts|tsx|mts|mjs|js|py|css)$/
/** Tests, what helps them, and generated migrations may be as long as they like. */
const NOT_SOURCE = /\.test\.(ts|tsx|mjs)$|(^|\/)(tests?|fixtures|testing|migrations|e2e)\/|(^|\/)(test_[^/]*|conftest)\.py$/
/** The checks themselves live in a folder of that name, and are source. */
const CHECKS = /^scripts\/lib\/tests\/(?!.*\.test\.)/

/** @param {string} path */
const isSource = (path) => CODE.test(path) && (CHECKS.test(path) || !NOT_SOURCE.test(path))

/** @param {string} text */
const lineCount = (text) => text.split("\n").length - (text.endsWith("\n") ? 1 : 0)

/** The code that Git tracks or would track. @param {string} root @returns {import("./imports.mjs").Files} */
function readCode(root) {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
  const paths = new Set(execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0"))
  const present = [...paths].filter((path) => CODE.test(path) && existsSync(join(root, path)))
  return new Map(present.map((path) => [path, readFileSync(join(root, path), "utf8")]))
}

/**
 * Measures the shape of a source tree.
 * @param {import("./imports.mjs").Files} files
 * @returns {{ figures: string, broken: string[] }} broken: a line for each limit that is exceeded
 */
export function measureStructure(files) {
  const sources = [...files].filter(([path, text]) => isSource(path) && text.trim() !== "")
  const sized = sources.map(([path, text]) => ({ path, lines: lineCount(text) })).sort((a, b) => a.lines - b.lines)
  const quantile = (/** @type {number} */ share) => sized[Math.ceil((sized.length - 1) * share)]?.lines ?? 0
  const [median, percentile95, longest] = [quantile(0.5), quantile(0.95), quantile(1)]
  /** @type {Map<string, number>} */
  const folders = new Map()
  for (const { path } of sized) folders.set(dirname(path), (folders.get(dirname(path)) ?? 0) + 1)
  const found = circles(importGraph(files))

  const broken = [
    ...found.map((circle) => `Import circle: ${circle.join(" → ")}`),
    ...sized.filter(({ lines }) => lines > MOST_LINES).map(({ path, lines }) => `${path} has ${lines} lines, more than ${MOST_LINES}`),
    ...[...folders]
      .filter(([, count]) => count > MOST_FILES)
      .map(([path, count]) => `${path}/ has ${count} source files, more than ${MOST_FILES}`),
  ]
  if (median > MEDIAN_LINES) broken.push(`The median file has ${median} lines, more than ${MEDIAN_LINES}`)
  if (percentile95 > PERCENTILE_95_LINES)
    broken.push(`The 95th percentile of the files has ${percentile95} lines, more than ${PERCENTILE_95_LINES}`)
  const figures =
    `${sized.length} source files: median ${median} lines, 95th percentile ${percentile95}, longest ${longest}; ` +
    `fullest folder ${Math.max(0, ...folders.values())} files; ${found.length} import circles`
  return { figures, broken }
}

/** Checks the shape of a checkout. @param {string} root @returns {string} its figures @throws Problem that names each limit exceeded */
export function checkStructure(root) {
  if (!existsSync(join(root, ".git"))) return "Skipped: this is no clone, so Git cannot list its files."
  const { figures, broken } = measureStructure(readCode(root))
  if (broken.length > 0) throw new Problem([figures, ...broken].join("\n"))
  return figures
}
