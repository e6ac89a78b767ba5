import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { afterAll, afterEach, describe, expect, test, vi } from "vitest"
import { readConfig } from "../../base/config.ts"
import { tarOf } from "../../testing/archives.ts"
import { sandboxPython } from "../../testing/sandbox.ts"
import { writeWheel } from "../../testing/wheels.ts"
import { askPython, findPython } from "./find-python.ts"
import { libraryLines } from "./libraries.ts"
import { PythonBases } from "./python-bases.ts"

// Real bases, kept beside the first one: what a test makes, the next test run finds.

const primary = sandboxPython()
const scratch = await mkdtemp(path.join(tmpdir(), "he-bases-"))
const never = new AbortController().signal
const config = readConfig({
  DATABASE_URL: "postgres://nobody/none",
  DATA_DIR: scratch,
  SECRET_KEY: "0f".repeat(32),
  PYTHON_BASE: primary,
  PYTHON_BASES: path.join(path.dirname(primary), "../.."),
  UV: process.env.UV,
} as unknown as NodeJS.ProcessEnv)
const own = await askPython(primary)

const v0 = { "package.py": "def load_environment(): ...\n" }
const v1 = { "package.py": "import verifiers.v1 as vf\n" }
const noDownloads = { installerVariables: { PATH: "/nowhere", UV_PYTHON_DOWNLOADS: "never" } }

afterAll(() => rm(scratch, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

async function baseOf(wheel: Parameters<typeof writeWheel>[1], settings: Partial<typeof config> = {}) {
  const { path: file } = await writeWheel(scratch, wheel)
  const said: string[] = []
  const base = await new PythonBases({ ...config, ...settings }, primary).of(file, (line) => said.push(line), never)
  return { ...base, said }
}

const importedBy = async (python: string) =>
  (await promisify(execFile)(python, ["-I", "-c", "import verifiers, datasets; print(verifiers.__version__)"])).stdout.trim()

test("a package with load_environment gets the base that is there from the start", async () => {
  expect(await baseOf({ name: "package", requires: ["verifiers>=0.1.8"], files: v0 })).toMatchObject({
    python: primary,
    verifiers: "0.3.1",
    pythonVersion: own?.version,
    said: [],
  })
}, 60_000)

test("a package of tasksets gets a base of the newest line, which is made once", async () => {
  const wheel = { name: "tasks", requires: ["verifiers>=0.3.1"], files: v1 }
  const base = await baseOf(wheel)
  expect(base).toMatchObject({ verifiers: "0.4.0", pythonVersion: own?.version, why: "it uses verifiers.v1" })
  expect(await importedBy(base.python)).toBe("0.4.0")
  expect(await baseOf(wheel)).toEqual({ ...base, said: [] })
}, 600_000)

test("bases and Pythons that nothing was over for long are deleted, and those in use are not", async () => {
  const folder = path.join(scratch, "bases")
  const long = new Date(Date.now() - 100 * 86_400_000)
  const names = { old: "base-000000000001", layered: "base-000000000002", fresh: "base-000000000003" }
  const pythonOf = (name: string) => path.join(folder, name, "bin/python")
  const fetched = (patch: number) => path.join(folder, `pythons/cpython-3.12.${patch}-linux-x86_64-gnu`)
  for (const patch of [1, 2]) {
    await mkdir(path.join(fetched(patch), "bin"), { recursive: true })
    await writeFile(path.join(fetched(patch), "bin/python3.12"), "")
  }
  for (const name of Object.values(names)) {
    await mkdir(path.dirname(pythonOf(name)), { recursive: true })
    await symlink(path.join(fetched(name === names.old ? 1 : 2), "bin/python3.12"), pythonOf(name))
    await writeFile(path.join(folder, name, ".complete"), "")
    if (name !== names.fresh) await utimes(path.join(folder, name, ".complete"), long, long)
  }
  for (const patch of [1, 2]) await utimes(fetched(patch), long, long)
  const bases = new PythonBases({ ...config, pythonBases: folder }, primary)
  const gone = await bases.sweep(new Set([pythonOf(names.layered)]), Date.now() - 86_400_000)
  expect(gone).toEqual([path.join(folder, names.old), fetched(1)])
  expect((await readdir(folder)).filter((name) => name.startsWith("base-")).sort()).toEqual([names.layered, names.fresh])
  expect(await readdir(path.join(folder, "pythons"))).toEqual([path.basename(fetched(2))])
}, 60_000)

const pairs = libraryLines(config.root).flatMap(({ verifiers, pythons }) => pythons.map((minor) => [verifiers, minor] as const))

// Making a base takes a minute of a clean machine: `npm run test:pythons` does it for all pairs.
describe.runIf(process.env.TEST_EVERY_PYTHON === "1")("a package has what it requires", () => {
  test.each(pairs)("verifiers %s on Python %s", { timeout: 600_000 }, async (verifiers, minor) => {
    const package_ = { name: "only", requires: [`verifiers==${verifiers}`], python: `==${minor}.*`, files: v1 }
    const found = await findPython(minor, config.installerVariables.PATH ?? "", scratch)
    // The workflow has them all.
    if (!found && !process.env.CI) return expect(baseOf(package_, noDownloads)).rejects.toThrow(`install python${minor}`)
    const base = await baseOf(package_)
    expect(base).toMatchObject({ verifiers, pythonVersion: expect.stringMatching(`^${minor.replace(".", "\\.")}\\.`) })
    expect(await importedBy(base.python)).toBe(verifiers)
  })
})

test("a Python that this machine lacks is fetched by uv", async () => {
  // Packed as uv's builds are; it can say which one it is, and no more.
  const archive = path.join(scratch, "python.tar.gz")
  const content = await tarOf(
    { "python/lib/python3.14/_sysconfigdata__linux_x86_64-linux-gnu.py": "build_time_vars = {}\n" },
    (tar) => void tar.entry({ name: "python/bin/python3.14", mode: 0o755 }, '#!/bin/sh\necho "$0 3.14.0"\n'),
  )
  await writeFile(archive, content)
  const [family, os] = [process.arch === "arm64" ? "aarch64" : "x86_64", process.platform]
  const libc = os === "linux" ? "gnu" : "none"
  const build = {
    ...{
      name: "cpython",
      major: 3,
      minor: 14,
      patch: 0,
      prerelease: "",
      variant: null,
      build: "1",
      arch: { family, variant: null },
      os,
      libc,
    },
    ...{ url: `file://${archive}`, sha256: createHash("sha256").update(content).digest("hex") },
  }
  const downloads = path.join(scratch, "downloads.json")
  await writeFile(downloads, JSON.stringify({ [`cpython-3.14.0-${os}-${family}-${libc}`]: build }))
  vi.stubEnv("HOME", scratch) // where pyenv would have one
  const settings = {
    pythonBases: path.join(scratch, "fetching"),
    installerVariables: { PATH: "/nowhere", UV_PYTHON_DOWNLOADS_JSON_URL: `file://${downloads}` },
  }
  await expect(baseOf({ name: "tomorrow", python: ">=3.14", files: v1 }, settings)).rejects.toThrow(
    "verifiers==0.4.0 on Python 3.14.0 could not be prepared",
  )
}, 60_000)

test("a Python that cannot be had is named in one sentence", async () => {
  vi.stubEnv("HOME", scratch)
  await expect(baseOf({ name: "tomorrow", python: ">=3.14", files: v1 }, noDownloads)).rejects.toThrow(
    "It needs Python 3.14 (it uses verifiers.v1; it requires Python >=3.14), which this machine does not have and uv could not fetch: install python3.14 where the platform runs.",
  )
  await expect(baseOf({ name: "day-after", python: ">=3.14", files: v0 }, noDownloads)).rejects.toThrow(
    "It requires Python >=3.14, and verifiers 0.3.1 runs on 3.11 to 3.13.",
  )
}, 60_000)
