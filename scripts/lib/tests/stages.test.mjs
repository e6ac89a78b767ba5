import { expect, test } from "vitest"
import packageJson from "../../../package.json" with { type: "json" }
import { chooseStages } from "./choose-stages.mjs"
import { sideBySide } from "./side-by-side.mjs"
import { needsOf, STAGES, stageList } from "./stages.mjs"

const names = (/** @type {string[]} */ words) => chooseStages(STAGES, words).chosen.map(({ name }) => name)

test("npm test runs every stage but those on request, or those that are named", () => {
  expect(names([])).toEqual(STAGES.filter(({ onRequest }) => !onRequest).map(({ name }) => name))
  expect(names(["recovery"])).toEqual(["recovery"])
  expect(names(["unit", "lint"])).toEqual(["lint", "unit"])
})

test("the list has a line for every stage", () => {
  const lines = stageList().split("\n")
  expect(lines.map((line) => line.split(" ")[0])).toEqual(STAGES.map(({ name }) => name))
  for (const line of lines) expect(line).toMatch(/^\S+ +\S.{10,}/)
})

test("each stage on request has a command of its own", () => {
  const commands = STAGES.filter(({ onRequest }) => onRequest).map(({ name }) => [`test:${name}`, `exec node scripts/test.mjs ${name}`])
  expect(commands.length).toBeGreaterThan(0)
  expect(packageJson.scripts).toMatchObject(Object.fromEntries(commands))
})

test("files follow the stage that runs them", () => {
  expect(chooseStages(STAGES, ["unit", "lib/a.test.ts"])).toMatchObject({ chosen: [{ name: "unit" }], files: ["lib/a.test.ts"] })
  expect(() => chooseStages(STAGES, ["lint", "lib/a.test.ts"])).toThrow("Files may follow one of unit, pytest, e2e alone")
  expect(() => chooseStages(STAGES, ["unit", "e2e", "x"])).toThrow("alone: npm test -- unit x")
  expect(() => chooseStages(STAGES, ["units"])).toThrow("There is no stage named units: choose from lint, ")
})

test("pure tests need neither database nor Python", () => {
  const [unit] = chooseStages(STAGES, ["unit"]).chosen
  if (!unit) throw new Error("no unit stage")
  expect(needsOf(unit, ["lib/a.test.ts", "components/b.test.tsx"])).toEqual([])
  expect(needsOf(unit, ["lib/a.test.ts", "backend/c.test.ts"])).toContain("postgres")
  expect(needsOf(unit, [])).toContain("sandbox")
})

test("stages run so many at a time, in order, and wait for the one they come after", async () => {
  /** @type {string[]} */
  const events = []
  /** @type {Map<string, () => void>} */
  const finish = new Map()
  const stages = [{ name: "a" }, { name: "b", after: ["c"] }, { name: "c" }, { name: "d" }]
  const all = sideBySide(stages, 2, async ({ name }) => {
    events.push(`begin ${name}`)
    await /** @type {Promise<void>} */ (new Promise((done) => finish.set(name, done)))
    events.push(`end ${name}`)
    return name
  })
  for (const name of ["a", "c", "b", "d"]) {
    finish.get(name)?.()
    await new Promise((done) => setImmediate(done))
  }
  expect(await all).toEqual(["a", "b", "c", "d"])
  expect(events).toEqual(["begin a", "begin c", "end a", "begin d", "end c", "begin b", "end b", "end d"])
})
