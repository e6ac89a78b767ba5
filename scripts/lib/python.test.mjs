import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { findPython } from "./machine.mjs"
import { compilePython } from "./python.mjs"

const folder = mkdtempSync(join(tmpdir(), "he-python-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("compiles the packages of an environment once, whatever else is among them", async () => {
  const packages = join(folder, "lib/python3/site-packages")
  const python = join(folder, "bin/python")
  mkdirSync(packages, { recursive: true })
  mkdirSync(join(folder, "bin"))
  symlinkSync((await findPython()).path, python)

  writeFileSync(join(packages, "old.py"), "print 1\n")
  writeFileSync(join(packages, "module.py"), "number = 1\n")
  await compilePython(python)
  expect(readdirSync(join(packages, "__pycache__"))).toEqual([expect.stringMatching(/^module\..*\.pyc$/)])

  rmSync(join(packages, "__pycache__"), { recursive: true })
  await compilePython(python)
  expect(existsSync(join(packages, "__pycache__"))).toBe(false)
})
