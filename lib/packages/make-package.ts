import { parse } from "smol-toml"
import { writeTarGz } from "./tar.ts"
import { bytesOf, joined, type PackedFile, readZip, textOf, writeZip } from "./zip.ts"

/** All that is published as a version: as `prime env push` sends it. */
export interface MadePackage {
  name: string
  version: string
  contentHash: string
  wheel: { filename: string; bytes: Uint8Array<ArrayBuffer>; sha256: string }
  source: { filename: string; bytes: Uint8Array<ArrayBuffer>; sha256: string }
  metadata: {
    description: string | null
    tags: string[]
    dependencies: string[]
    python_requires: string | null
    original_filename: string
  }
}

/** Something is missing or wrong in what was given; the sentence names the file. */
export class ProjectProblem extends Error {}

const skipped = /^(\.|dist$|build$|outputs$|node_modules$|__pycache__$|tests$)|\.egg-info$/

/** Files of a project without what is made from others or kept by tools, below the one folder that holds them all. */
export function projectFiles(files: readonly PackedFile[]): PackedFile[] {
  const projects = files.filter(({ path }) => path === "pyproject.toml" || path.endsWith("/pyproject.toml"))
  const [nearest] = projects.map(({ path }) => path).sort((a, b) => a.split("/").length - b.split("/").length)
  if (nearest === undefined)
    throw new ProjectProblem(
      "There is no pyproject.toml in it. An environment is a Python project: choose the folder that holds its pyproject.toml.",
    )
  const top = nearest.slice(0, -"pyproject.toml".length)
  return files
    .filter(({ path }) => path.startsWith(top))
    .map(({ path, bytes }) => ({ path: path.slice(top.length), bytes }))
    .filter(({ path }) => !path.split("/").some((part) => skipped.test(part)))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

interface Project {
  name: string
  version: string
  description: string | null
  tags: string[]
  dependencies: string[]
  extras: Record<string, string[]>
  requiresPython: string | null
  readme: string | null
  entryPoints: Record<string, Record<string, string>>
  /** Paths that the build is told to take; null where it finds the package by its name. */
  include: string[] | null
}

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [])
const textOr = (value: unknown): string | null => (typeof value === "string" ? value : null)
const tableAt = (value: unknown, ...path: string[]): Record<string, unknown> =>
  path.reduce<Record<string, unknown>>(
    (at, name) => (isTable(at[name]) ? (at[name] as Record<string, unknown>) : {}),
    isTable(value) ? value : {},
  )

/** Reads a pyproject.toml. @throws ProjectProblem that names what is missing */
function readProject(text: string): Project {
  let parsed: unknown
  try {
    parsed = parse(text)
  } catch (error) {
    throw new ProjectProblem(
      `pyproject.toml is not valid TOML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
    )
  }
  const project = tableAt(parsed, "project")
  const [name, version] = [textOr(project.name), textOr(project.version)]
  if (name === null || !/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name))
    throw new ProjectProblem(`pyproject.toml has no ${name === null ? "" : "valid "}name under [project].`)
  if (version === null)
    throw new ProjectProblem(
      textsOf(project.dynamic).includes("version")
        ? "pyproject.toml leaves the version to the build. Write it under [project], or publish with prime env push."
        : "pyproject.toml has no version under [project].",
    )
  const { readme } = project
  const wheel = tableAt(parsed, "tool", "hatch", "build", "targets", "wheel")
  const included = [
    wheel.only_include,
    wheel["only-include"],
    wheel.packages,
    wheel.include,
    tableAt(parsed, "tool", "hatch", "build").include,
  ]
  const include = included.map(textsOf).find((paths) => paths.length > 0)
  const groups = { ...tableAt(project, "entry-points"), console_scripts: project.scripts, gui_scripts: project["gui-scripts"] }
  return {
    name,
    version,
    description: textOr(project.description),
    tags: textsOf(project.tags),
    dependencies: textsOf(project.dependencies),
    extras: Object.fromEntries(Object.entries(tableAt(project, "optional-dependencies")).map(([extra, list]) => [extra, textsOf(list)])),
    requiresPython: textOr(project["requires-python"]),
    readme: textOr(isTable(readme) ? readme.file : readme),
    entryPoints: Object.fromEntries(
      Object.entries(groups).flatMap(([group, points]) =>
        isTable(points)
          ? [[group, Object.fromEntries(Object.entries(points).filter((point): point is [string, string] => typeof point[1] === "string"))]]
          : [],
      ),
    ),
    include: include ?? null,
  }
}

const moduleOf = (name: string): string => name.replace(/[-_.]+/g, "_").toLowerCase()

/** Whether a path is what a pattern of hatch names: a file, a folder with all below, or with `*` and `**`. */
function isMatch(path: string, pattern: string): boolean {
  const clean = pattern.replace(/^\.?\//, "").replace(/\/+$/, "")
  const source = clean.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*\*\/?|\*/g, (stars) => (stars === "*" ? "[^/]*" : ".*"))
  return new RegExp(`^${source}(/.*)?$`).test(path)
}

/** The files of the package inside the wheel. @throws ProjectProblem where there are none */
function packageFiles(files: readonly PackedFile[], { name, include }: Project): PackedFile[] {
  const below = (path: string) => path.replace(/^src\//, "")
  const module = moduleOf(name)
  const isTaken = include
    ? (path: string) => include.some((pattern) => isMatch(path, pattern))
    : (path: string) => below(path) === `${module}.py` || below(path).startsWith(`${module}/`)
  const found = files.filter(({ path }) => isTaken(path)).map(({ path, bytes }) => ({ path: below(path), bytes }))
  if (found.some(({ path }) => path.endsWith(".py"))) return found
  throw new ProjectProblem(
    include
      ? `pyproject.toml tells the build to take ${include.join(", ")}, and none of that is a Python file of the project.`
      : `pyproject.toml names the package ${name}, but there is neither ${module}.py nor a folder ${module} with Python files.`,
  )
}

/** The package's metadata (PEP 566, 643). */
function metadataText(project: Project, readme: string | null): string {
  const extras = Object.entries(project.extras).flatMap(([extra, list]) => [
    `Provides-Extra: ${extra}`,
    ...list.map((text) => {
      const [requirement = "", marker] = text.split(/;(.*)/s)
      return `Requires-Dist: ${requirement.trim()} ; ${marker ? `(${marker.trim()}) and ` : ""}extra == '${extra}'`
    }),
  ])
  const oneLine = (text: string) => text.replace(/\s+/g, " ").trim()
  return [
    "Metadata-Version: 2.1",
    `Name: ${project.name}`,
    `Version: ${project.version}`,
    ...(project.description ? [`Summary: ${oneLine(project.description)}`] : []),
    ...(project.requiresPython ? [`Requires-Python: ${project.requiresPython}`] : []),
    ...project.dependencies.map((dependency) => `Requires-Dist: ${oneLine(dependency)}`),
    ...extras,
    ...(readme === null ? [] : ["Description-Content-Type: text/markdown", "", readme]),
    "",
  ].join("\n")
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
}
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "")

/** A wheel of pure Python (PEP 427). Nothing of the project is run for it. */
async function makeWheel(project: Project, files: readonly PackedFile[]): Promise<{ filename: string; bytes: Uint8Array<ArrayBuffer> }> {
  const stem = `${moduleOf(project.name)}-${project.version}`
  const info = `${stem}.dist-info`
  const readme = project.readme === null ? undefined : files.find(({ path }) => path === project.readme)
  if (project.readme !== null && !readme)
    throw new ProjectProblem(`pyproject.toml names ${project.readme} as its readme, which is not there.`)
  const points = Object.entries(project.entryPoints)
    .map(
      ([group, entries]) =>
        `[${group}]\n${Object.entries(entries)
          .map(([name, target]) => `${name} = ${target}\n`)
          .join("")}`,
    )
    .join("\n")
  const all: PackedFile[] = [
    ...packageFiles(files, project),
    { path: `${info}/METADATA`, bytes: bytesOf(metadataText(project, readme ? textOf(readme.bytes) : null)) },
    { path: `${info}/WHEEL`, bytes: bytesOf("Wheel-Version: 1.0\nGenerator: hosted-evals\nRoot-Is-Purelib: true\nTag: py3-none-any\n") },
    ...(points ? [{ path: `${info}/entry_points.txt`, bytes: bytesOf(points) }] : []),
  ]
  const quoted = (path: string) => (/[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path)
  const lines = await Promise.all(
    all.map(async ({ path, bytes }) => `${quoted(path)},sha256=${base64url(await digest(bytes))},${bytes.length}\n`),
  )
  const record = { path: `${info}/RECORD`, bytes: bytesOf(`${lines.join("")}${info}/RECORD,,\n`) }
  return { filename: `${stem}-py3-none-any.whl`, bytes: writeZip([...all, record]) }
}

/** The hash by which versions are told apart, as the prime CLI makes it: `file:<path>` and the bytes of each file, in the order of their paths. */
const contentHashOf = async (files: readonly PackedFile[]): Promise<string> =>
  hex(await digest(joined(files.flatMap(({ path, bytes }) => [bytesOf(`file:${path}`), bytes]))))

/** @param files the files of a project, in the order of their paths */
export async function packageOf(files: readonly PackedFile[]): Promise<MadePackage> {
  const pyproject = files.find(({ path }) => path === "pyproject.toml")
  if (!pyproject) throw new ProjectProblem("There is no pyproject.toml.")
  const project = readProject(textOf(pyproject.bytes))
  return madeOf(project, files, await makeWheel(project, files))
}

async function madeOf(
  project: Pick<Project, "name" | "version" | "description" | "tags" | "dependencies" | "requiresPython">,
  files: readonly PackedFile[],
  wheel: { filename: string; bytes: Uint8Array<ArrayBuffer> },
): Promise<MadePackage> {
  const contentHash = await contentHashOf(files)
  const source = await writeTarGz(files)
  return {
    name: project.name,
    version: project.version,
    contentHash,
    wheel: { ...wheel, sha256: hex(await digest(wheel.bytes)) },
    source: {
      filename: `${project.name}-${project.version}-${contentHash.slice(0, 8)}.tar.gz`,
      bytes: source,
      sha256: hex(await digest(source)),
    },
    metadata: {
      description: project.description,
      tags: project.tags,
      dependencies: project.dependencies,
      python_requires: project.requiresPython,
      original_filename: wheel.filename,
    },
  }
}

/** A wheel as it was built elsewhere; its package's files stand for the source, which nobody has given. */
export async function packageOfWheel(filename: string, bytes: Uint8Array<ArrayBuffer>): Promise<MadePackage> {
  const files = await readZip(bytes)
  const metadata = files.find(({ path }) => /^[^/]+\.dist-info\/METADATA$/.test(path))
  if (!metadata) throw new ProjectProblem(`${filename} holds no *.dist-info/METADATA, so it is not a Python package.`)
  const [head = "", ...body] = textOf(metadata.bytes).replaceAll("\r\n", "\n").split("\n\n")
  const all = (field: string) => [...head.matchAll(new RegExp(`^${field}: (.*)$`, "gm"))].map((match) => (match[1] ?? "").trim())
  const [name] = all("Name")
  const [version] = all("Version")
  if (!name || !version) throw new ProjectProblem(`The METADATA of ${filename} has no ${name ? "Version" : "Name"}.`)
  const inside = files.filter(({ path }) => !/^[^/]+\.(dist-info|data)\//.test(path))
  const readme = body.join("\n\n").trim()
  const hasReadme = readme === "" || inside.some(({ path }) => path.toLowerCase() === "readme.md")
  const source = [...inside, ...(hasReadme ? [] : [{ path: "README.md", bytes: bytesOf(`${readme}\n`) }])].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  )
  const project = {
    name,
    version,
    description: all("Summary")[0] ?? null,
    tags: (all("Keywords")[0] ?? "").split(/[,\s]+/).filter(Boolean),
    dependencies: all("Requires-Dist").filter((dependency) => !/;.*\bextra\s*==/.test(dependency)),
    requiresPython: all("Requires-Python")[0] ?? null,
  }
  return madeOf(project, source, { filename, bytes })
}
