import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { expect, test } from "vitest"
import { filesBelow } from "./hash.mjs"
import { root } from "./settings.mjs"

const SERVED = ["app", "components", "contract", "lib", "backend"]
const NOT_SERVED = /\.test\.tsx?$|\/(testing|fixtures|cli)\//

test("what is served imports no package that only development installs", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const files = SERVED.flatMap((folder) => filesBelow(join(root, folder))).filter((file) => /\.tsx?$/.test(file) && !NOT_SERVED.test(file))
  expect(files.length).toBeGreaterThan(100)
  const wrong = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"((?:@[^/"]+\/)?[^/"]+)[^"]*"/g)]
      .filter(([, name = ""]) => name in devDependencies)
      .map(([, name]) => `${relative(root, file)}: ${name}`),
  )
  expect(wrong).toEqual([])
})
