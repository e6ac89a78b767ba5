import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { checkLicences, isAllowed } from "./licences.mjs"

const folders = /** @type {string[]} */ ([])
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A checkout with these files. @param {Record<string, string | object>} files */
function checkout(files) {
  const root = mkdtempSync(join(tmpdir(), "he-licences-"))
  folders.push(root)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), typeof content === "string" ? content : JSON.stringify(content))
  }
  return root
}
/** @param {string} name @param {string} metadata */
const installed = (name, metadata) => ({
  [`python/base-1/lib/python3.11/site-packages/${name}-1.0.dist-info/METADATA`]: `Name: ${name}\nVersion: 1.0\n${metadata}\n\nGPL-3.0 is mentioned here`,
})
const lock = (/** @type {object} */ packages) => ({ "package-lock.json": { packages: { "": { name: "x" }, ...packages } } })
/** @param {Record<string, string | object>} files */
const check = (files) => {
  const root = checkout(files)
  return checkLicences(root, join(root, "python"))
}

test("all parts of an AND, one of an OR", () => {
  for (const good of ["MIT", "Apache-2.0 AND MIT", "(GPL-2.0-only OR MIT)", "MIT License", "SIL OPEN FONT LICENSE"])
    expect([good, isAllowed(good)]).toEqual([good, true])
  for (const bad of ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "SEE LICENSE IN x", "UNLICENSED", ""])
    expect([bad, isAllowed(bad)]).toEqual([bad, false])
})

test("npm packages that are delivered are read, tools of development are not", () => {
  const good = lock({
    "node_modules/a": { version: "1.0.0", license: "MIT" },
    "node_modules/b": { version: "1.0.0", license: "GPL-3.0-only", dev: true },
  })
  expect(check(good)).toBe("licences of 1 npm and 0 Python packages: all allowed")
  expect(() => check(lock({ "node_modules/a/node_modules/@x/c": { version: "2.0.0", license: "AGPL-3.0-only" } }))).toThrow(
    "@x/c 2.0.0: AGPL-3.0-only",
  )
  const old = { ...lock({ "node_modules/d": { version: "3.0.0" } }), "node_modules/d/package.json": { licenses: [{ type: "MIT" }] } }
  expect(check(old)).toContain("1 npm")
  expect(() => check(lock({ "node_modules/e": { version: "4.0.0" } }))).toThrow("e 4.0.0: does not name its licence")
})

test("Python packages are read as they are installed, and what is not is told", () => {
  const pins = {
    ...lock({}),
    "runner/constraints.txt": "one==1.0 \\\n    --hash=sha256:0\n# x==1\nTwo_b==1.0\n",
    "runner/constraints-0.4.txt": "three==9\n",
  }
  const one = installed("one", "License-Expression: Apache-2.0")
  const two = installed("two.b", "License: a long text\nClassifier: License :: OSI Approved :: BSD License")
  expect(check({ ...pins, ...one, ...two })).toBe(
    "licences of 0 npm and 2 Python packages: all allowed; not prepared on this machine, so not read: three",
  )
  expect(() => check({ ...pins, ...one, ...installed("Three", "License: GPLv3") })).toThrow("three 1.0: GPLv3")
  expect(() =>
    check({
      ...pins,
      ...installed(
        "one",
        "Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
      ),
    }),
  ).toThrow("GNU General")
  expect(() => check({ ...pins, ...installed("one", "") })).toThrow("one 1.0: does not name its licence")
  const text = {
    "python/base-1/lib/python3.11/site-packages/one-1.0.dist-info/licenses/LICENCE":
      "MIT\n\nPermission is hereby granted, free of charge, to",
  }
  expect(check({ ...pins, ...installed("one", ""), ...text })).toContain("1 Python")
})
