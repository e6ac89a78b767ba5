// Whether everything that is delivered with the platform may be: the licences of its npm packages and Python packages, read offline.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/**
 * What may be delivered, by SPDX's names. Licences with a copyleft for a file or a library (MPL, LGPL) are among them, since these packages are used as they
 * came; those whose copyleft reaches what uses them (GPL, AGPL) are not.
 */
const ALLOWED = new Set([
  ...["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "BlueOak-1.0.0", "Unlicense", "Zlib", "CC0-1.0"],
  ...["MIT-CMU", "PSF-2.0", "CNRI-Python", "OFL-1.1", "CC-BY-4.0", "MPL-2.0", "LGPL-3.0-or-later"],
])

/** What authors write in the place of SPDX's names. */
const ALIASES = new Map([
  ["SIL OPEN FONT LICENSE", "OFL-1.1"],
  ["MIT License", "MIT"],
  ["Apache Software License", "Apache-2.0"],
  ["Apache License 2.0", "Apache-2.0"],
  ["Apache 2.0 License", "Apache-2.0"],
  ["BSD License", "BSD-3-Clause"],
  ["BSD", "BSD-3-Clause"],
  ["3-Clause BSD License", "BSD-3-Clause"],
  ["Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"],
  ["Python Software Foundation License", "PSF-2.0"],
  ["ISC License (ISCL)", "ISC"],
  ["The Unlicense (Unlicense)", "Unlicense"],
])

/** Packages that do not say, each with its licence and where that was read. */
const KNOWN = new Map([
  // Built from the repository of protobuf-py, whose package says so.
  ["protobuf-py-ext", "Apache-2.0"],
])

/**
 * Whether an SPDX expression allows delivery: all parts of an AND, one of an OR.
 * @param {string} expression
 */
export function isAllowed(expression) {
  const text = ALIASES.get(expression) ?? expression
  const parts = text.replace(/[()]/g, " ").split(/\s+OR\s+/)
  return parts.some((part) => part.split(/\s+AND\s+/).every((one) => ALLOWED.has(ALIASES.get(one.trim()) ?? one.trim())))
}

/**
 * @typedef {{ name: string, version: string, licence: string | null }} Delivered
 *   licence: null where the package does not say
 */

/**
 * The npm packages of the platform, without the tools of tests and development. The lock has their licences; packages with an old form of it say so themselves.
 * @param {string} root @returns {Delivered[]}
 */
export function npmPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))
  return Object.entries(packages)
    .filter(([path, one]) => path !== "" && !one.dev)
    .map(([path, one]) => ({
      name: path.replace(/^.*node_modules\//, ""),
      version: one.version,
      licence: one.license ?? oldLicence(join(root, path)),
    }))
}

/** @param {string} folder */
function oldLicence(folder) {
  try {
    const { licenses } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
    return licenses?.map((/** @type {{ type: string }} */ { type }) => type).join(" OR ") || null
  } catch {
    return null
  }
}

/**
 * The Python packages that are pinned for the runner. One that is prepared nowhere on this machine is told apart: a line of verifiers is installed when it is first
 * needed.
 * @param {string} root @param {string} pythons the folder below which they are prepared @returns {{ read: Delivered[], absent: string[] }}
 */
export function pythonPackages(root, pythons) {
  const pins = new Set(
    filesIn(join(root, "runner"))
      .filter((name) => /^constraints.*\.txt$/.test(name))
      .flatMap((name) => [...readFileSync(join(root, "runner", name), "utf8").matchAll(/^([A-Za-z0-9._-]+)==/gm)])
      .map((match) => plainName(match[1] ?? "")),
  )
  /** @type {Map<string, Delivered>} */
  const installed = new Map()
  for (const base of filesIn(pythons))
    for (const version of filesIn(join(pythons, base, "lib")))
      for (const info of filesIn(join(pythons, base, "lib", version, "site-packages"))) {
        if (!info.endsWith(".dist-info")) continue
        const folder = join(pythons, base, "lib", version, "site-packages", info)
        const one = pythonPackage(folder)
        if (one && pins.has(one.name)) installed.set(`${one.name} ${one.version}`, one)
      }
  const names = new Set([...installed.values()].map(({ name }) => name))
  return { read: [...installed.values()], absent: [...pins].filter((name) => !names.has(name)).sort() }
}

/** Names are the same in any spelling (PEP 503). @param {string} name */
const plainName = (name) => name.toLowerCase().replace(/[-_.]+/g, "-")

/** @param {string} folder a package's dist-info @returns {Delivered | null} */
export function pythonPackage(folder) {
  const files = filesIn(folder)
  if (!files.includes("METADATA")) return null
  const head = readFileSync(join(folder, "METADATA"), "utf8").split(/\r?\n\r?\n/)[0] ?? ""
  const all = (/** @type {string} */ field) =>
    [...head.matchAll(new RegExp(`^${field}: (.*)$`, "gm"))].map((match) => (match[1] ?? "").trim())
  const name = plainName(all("Name")[0] ?? "")
  const classified = all("Classifier")
    .filter((one) => one.startsWith("License :: "))
    .map((one) => one.split(" :: ").at(-1) ?? "")
    .filter((one) => one !== "OSI Approved")
  const [written = ""] = all("License")
  const said =
    all("License-Expression")[0] ?? (classified.map((one) => ALIASES.get(one) ?? one).join(" AND ") || (written.length < 60 ? written : ""))
  return { name, version: all("Version")[0] ?? "", licence: said || KNOWN.get(name) || licenceOfText(folder) }
}

/** The licence of the text that comes with a package which does not name it. @param {string} folder */
function licenceOfText(folder) {
  for (const [place, names] of /** @type {const} */ ([
    ["licenses", filesIn(join(folder, "licenses"))],
    ["", filesIn(folder)],
  ]))
    for (const name of names.filter((one) => /^(licen[cs]e|copying)([.-]|$)/i.test(one))) {
      const text = readFileSync(join(folder, place, name), "utf8")
      if (/Apache Lic\w+\s+Version 2\.0/.test(text)) return "Apache-2.0"
      if (/Permission is hereby granted, free of charge/.test(text)) return "MIT"
    }
  return null
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/**
 * Reads all licences. @param {string} root @param {string} pythons
 * @returns a line that says what was read
 * @throws Error that names each package which may not be delivered, or does not say
 */
export function checkLicences(root, pythons) {
  const npm = npmPackages(root)
  const { read, absent } = pythonPackages(root, pythons)
  const refused = [...npm, ...read].filter(({ licence }) => licence === null || !isAllowed(licence))
  if (refused.length > 0)
    throw new Error(
      refused.map(({ name, version, licence }) => `${name} ${version}: ${licence ?? "does not name its licence"}`).join("\n") +
        "\nscripts/lib/licences.mjs lists what may be delivered",
    )
  const left = absent.length > 0 ? `; not prepared on this machine, so not read: ${absent.join(", ")}` : ""
  return `licences of ${npm.length} npm and ${read.length} Python packages: all allowed${left}`
}
