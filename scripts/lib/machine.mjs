// Default imports on purpose: a named import that an old Node lacks would fail before the check can say so.

import { execFile } from "node:child_process"
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import { Problem } from "./say.mjs"

/** @param {string} [version] */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  if (major > 20 || (major === 20 && minor >= 20)) return
  throw new Problem(`Node ${version} is too old: install Node 20.20 or newer.`)
}

/**
 * Fails when another program listens on the port.
 * @param {string} host @param {number} port @param {string} variable the environment variable that moves it
 */
export async function checkPort(host, port, variable) {
  const server = net.createServer()
  const error = await new Promise((done) => {
    server.once("error", done)
    server.listen({ host, port }, () => server.close(() => done(undefined)))
  })
  if (!error) return
  if (error.code === "EADDRINUSE") {
    throw new Problem(`Port ${port} on ${host} is in use: stop the program that has it, or set ${variable} to a free port.`)
  }
  throw new Problem(`Cannot listen on ${host}, port ${port} (${error.code}): set HOST and ${variable} to an address of this machine.`)
}

/** @param {string} folder need not exist yet @param {number} gigabytes */
export function checkDisk(folder, gigabytes) {
  let existing = path.resolve(folder)
  while (!fs.existsSync(existing)) existing = path.dirname(existing)
  const { bavail, bsize } = fs.statfsSync(existing)
  const free = (bavail * bsize) / 1e9
  if (free < gigabytes) {
    throw new Problem(
      `Only ${free.toFixed(1)} GB free at ${existing}: ${gigabytes} GB are needed; free some, or set DATA_DIR to a larger disk.`,
    )
  }
}

/** Any of these names may be a version manager's shim that starts nothing, so each is asked. */
const PYTHON_NAMES = ["python3.13", "python3.12", "python3.11", "python3"]
const QUESTION = `
import json, platform, sys
try:
    import ensurepip, venv
    complete = True
except ImportError:
    complete = False
print(json.dumps({"path": sys.executable, "version": platform.python_version(), "minor": sys.version_info[:2], "complete": complete}))
`

/**
 * @param {string} name
 * @returns {Promise<{ path: string, version: string, minor: [number, number], complete: boolean } | undefined>}
 */
function ask(name) {
  return new Promise((done) => {
    execFile(name, ["-I", "-c", QUESTION], { timeout: 20_000 }, (error, out) => {
      try {
        done(error ? undefined : JSON.parse(out))
      } catch {
        done(undefined)
      }
    })
  })
}

/**
 * Finds a Python that verifiers supports and that can make virtual environments.
 * @param {import("./settings.mjs").Variables} [env]
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function findPython(env = process.env) {
  const names = env.PYTHON ? [env.PYTHON] : PYTHON_NAMES
  const found = (await Promise.all(names.map(ask))).filter((answer) => answer !== undefined)
  const fitting = found.filter(({ minor: [major, minor] }) => major === 3 && minor >= 11 && minor < 14)
  const usable = fitting.find((python) => python.complete)
  if (usable) return usable
  const [incomplete] = fitting
  if (incomplete) {
    const name = `python${incomplete.minor.join(".")}`
    throw new Problem(`${incomplete.path} has no venv module: install it (Debian and Ubuntu: apt-get install ${name}-venv).`)
  }
  const seen = found.length ? `found only ${[...new Set(found.map((python) => python.version))].join(", ")}` : "found none"
  const asked = env.PYTHON ? `PYTHON=${env.PYTHON}` : "PATH"
  throw new Problem(`Python 3.11, 3.12 or 3.13 is needed (${asked}: ${seen}): install one, or set PYTHON to its path.`)
}
