import { expect, test } from "vitest"
import { lockOfThisMachine } from "./local-model.mjs"

test("fetches this machine's programs alone, by hash, and nothing else that is optional", () => {
  const { packages } = lockOfThisMachine()
  const programs = Object.keys(packages).filter((path) => path.includes("@node-llama-cpp/"))
  expect(programs).toEqual([expect.stringContaining(process.arch)])
  for (const [path, entry] of Object.entries(packages)) {
    if (path === "") continue
    expect(entry.integrity, path).toMatch(/^sha512-/)
    if (entry.optional) expect(programs).toContain(path)
    for (const name of Object.keys(entry.optionalDependencies ?? {})) expect(packages).toHaveProperty([`node_modules/${name}`])
  }
})
