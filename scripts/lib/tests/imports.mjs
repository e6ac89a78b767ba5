import { dirname, join, normalize } from "node:path"

/** @typedef {Map<string, string>} Files  text of each file by its path from the root of the repository */

const SCRIPT = /\.(ts|tsx|mts|mjs|js)$/
const ENDINGS = ["", ".ts", ".tsx", ".mts", ".mjs", ".js", "/index.ts", "/index.tsx"]
const STRINGS_AND_COMMENTS = /(["'`])(?:\\.|(?!\1)[^\\])*\1|\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g
const SPECIFIER =
  /(?:^|[;}\s])(?:import|export)\s+(?:type\s+)?(?:[\w*${}\s,]+?\sfrom\s*)?["']([^"']+)["']|(?:\bimport|\brequire)\(\s*["']([^"']+)["']/g
const PYTHON_FROM = /^\s*from\s+(\.*)([\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)/gm
const PYTHON_IMPORT = /^\s*import\s+([\w.]+)/gm

/** @param {string} source */
const withoutComments = (source) => source.replace(STRINGS_AND_COMMENTS, (all, quote) => (quote ? all : " "))

/**
 * The files that a TypeScript or JavaScript file imports, types included.
 * @param {Files} files @param {string} file
 */
function scriptImports(files, file) {
  const found = []
  for (const [, declared, called] of withoutComments(files.get(file) ?? "").matchAll(SPECIFIER)) {
    const specifier = declared ?? called ?? ""
    const path = specifier.startsWith("@/")
      ? specifier.slice(2)
      : specifier.startsWith(".")
        ? normalize(join(dirname(file), specifier))
        : undefined
    if (path !== undefined) found.push(ENDINGS.map((ending) => path + ending).find((candidate) => files.has(candidate)))
  }
  return found
}

/**
 * The files that a Python file imports: relative modules, those beside it, and those of the packages under a `src` folder.
 * @param {Files} files @param {string} file
 */
function pythonImports(files, file) {
  const source = files.get(file) ?? ""
  const sourceFolders = [...files.keys()].flatMap((path) => (path.endsWith(".py") ? (/^(.*?src)\//.exec(path)?.[1] ?? []) : []))
  const bases = [...new Set([...sourceFolders, dirname(file)])]
  const moduleAt = (/** @type {string} */ path) => [`${path}.py`, `${path}/__init__.py`].find((candidate) => files.has(candidate))
  const found = []
  for (const [, dots = "", name = "", list = ""] of source.matchAll(PYTHON_FROM)) {
    const path = name.replaceAll(".", "/")
    const places = dots ? [join(dirname(file), "../".repeat(dots.length - 1), path)] : bases.map((base) => join(base, path))
    const names = list.replace(/#.*$/gm, "").match(/\w+(?=(\s+as\s+\w+)?\s*(,|\)|$))/g) ?? []
    for (const place of places.map((one) => one.replace(/\/$/, ""))) {
      // A name is a submodule, or something that the module itself defines.
      for (const one of names) found.push(moduleAt(`${place}/${one}`) ?? moduleAt(place))
    }
  }
  for (const [, name = ""] of source.matchAll(PYTHON_IMPORT)) {
    for (const base of bases) found.push(moduleAt(join(base, name.replaceAll(".", "/"))))
  }
  return found
}

/** Which files each file imports. @param {Files} files @returns {Map<string, Set<string>>} */
export function importGraph(files) {
  const graph = new Map()
  for (const file of files.keys()) {
    const found = SCRIPT.test(file) ? scriptImports(files, file) : file.endsWith(".py") ? pythonImports(files, file) : []
    graph.set(file, new Set(found.filter((target) => target !== undefined && target !== file)))
  }
  return graph
}
