import { expect, test } from "vitest"
import { circles } from "./circles.mjs"
import { importGraph } from "./imports.mjs"
import { measureStructure } from "./structure.mjs"

/** @param {Record<string, string>} files */
const circlesOf = (files) => circles(importGraph(new Map(Object.entries(files))))
const lines = (/** @type {number} */ count) => "x\n".repeat(count)
/** @param {Record<string, string>} files */
const broken = (files) => measureStructure(new Map(Object.entries(files))).broken

test("a circle counts when one of its imports is of a type", () => {
  expect(
    circlesOf({
      "lib/a.ts": 'import type { B } from "./b"',
      "lib/b.tsx": 'export * from "@/lib/c/index.ts"',
      "lib/c/index.ts": 'const a = await import("../a.ts")',
      "lib/d.ts": 'import { a } from "./a"',
    }),
  ).toEqual([["lib/a.ts", "lib/b.tsx", "lib/c/index.ts", "lib/a.ts"]])
})

test("packages, comments and a straight line of imports are no circle", () => {
  expect(
    circlesOf({
      "a.mjs": 'import "./b.mjs"\nimport "react"',
      "b.mjs": '// import "./a.mjs"\n/* import "./a.mjs" */\nimport "./c.mjs"',
      "c.mjs": "",
    }),
  ).toEqual([])
})

test("each circle is found once, by its shortest way round", () => {
  expect(
    circles(
      new Map([
        ["a", new Set(["b", "c"])],
        ["b", new Set(["c"])],
        ["c", new Set(["a"])],
        ["d", new Set(["e"])],
        ["e", new Set(["d", "a"])],
      ]),
    ),
  ).toEqual([
    ["a", "c", "a"],
    ["d", "e", "d"],
  ])
})

test("Python modules import one another by relative and by absolute names", () => {
  expect(
    circlesOf({
      "runner/src/kit/__init__.py": "",
      "runner/src/kit/one.py": "from . import two",
      "runner/src/kit/two.py": "from kit.three import (\n    Thing,  # a class\n    Other as Another,\n)",
      "runner/src/kit/three.py": "def late():\n    import kit.one",
      "runner/src/kit/four.py": "from .one import x\nimport json",
    }),
  ).toEqual([["runner/src/kit/one.py", "runner/src/kit/two.py", "runner/src/kit/three.py", "runner/src/kit/one.py"]])
})

test("long files and full folders are named; tests may be long", () => {
  const small = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`a/${index}.ts`, lines(10)]))
  expect(broken({ ...small, "a/long.test.ts": lines(900), "backend/testing/long.ts": lines(900), "b/most.py": lines(400) })).toEqual([])
  expect(broken({ ...small, "a/25.tsx": lines(1), "b/long.css": lines(401) })).toEqual([
    "b/long.css has 401 lines, more than 400",
    "a/ has 26 source files, more than 25",
  ])
})

test("the median and the 95th percentile have limits", () => {
  expect(broken({ "a.ts": lines(60), "b.ts": lines(60), "c.ts": lines(220) })).toEqual([])
  expect(broken({ "a.ts": lines(60), "b.ts": lines(61), "c.ts": lines(221) })).toEqual([
    "The median file has 61 lines, more than 60",
    "The 95th percentile of the files has 221 lines, more than 220",
  ])
})
