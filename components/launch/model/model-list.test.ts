import { expect, test } from "vitest"
import { groupModels, type ModelEntry, moveActive, optionsOf } from "./model-list.ts"

const model = (id: string, provider: string, description = ""): ModelEntry => ({
  id,
  object: "model",
  created: 0,
  owned_by: provider,
  pricing: null,
  provider: { id: provider, name: provider.toUpperCase() },
  description,
})

const list = {
  models: [model("demo/scholar", "demo", "answers most questions"), model("demo/novice", "demo"), model("big-1", "acme")],
  providers: [
    { id: "demo", name: "Demo", error: null, models: 2 },
    { id: "down", name: "Down", error: "answered 401", models: 0 },
  ],
}

test("models are grouped by provider, in the providers' order", () => {
  expect(groupModels(list, "").map((group) => [group.name, group.models.map(({ id }) => id)])).toEqual([
    ["Demo", ["demo/scholar", "demo/novice"]],
    ["Down", []],
    ["ACME", ["big-1"]],
  ])
})

test("favourites come first, and only there", () => {
  expect(groupModels(list, "", ["big-1", "gone"]).map((group) => [group.name, group.models.map(({ id }) => id)])).toEqual([
    ["Favourites", ["big-1"]],
    ["Demo", ["demo/scholar", "demo/novice"]],
    ["Down", []],
  ])
  expect(groupModels(list, "scholar", ["big-1"]).map((group) => group.name)).toEqual(["Demo"])
})

test("all typed words must fit, in any order", () => {
  expect(groupModels(list, "Questions DEMO").flatMap((group) => group.models.map(({ id }) => id))).toEqual(["demo/scholar"])
  expect(groupModels(list, "nothing")).toEqual([])
})

test("a text that is no model's name is offered as a name of its own", () => {
  expect(optionsOf(groupModels(list, "big"), list, "big")).toEqual(["big-1", "big"])
  expect(optionsOf(groupModels(list, "big-1"), list, " big-1 ")).toEqual(["big-1"])
  expect(optionsOf(groupModels(list, ""), list, "")).toHaveLength(3)
})

test("keys move through the options and round the ends", () => {
  expect([
    moveActive("ArrowDown", 2, 3),
    moveActive("ArrowUp", 0, 3),
    moveActive("Home", 2, 3),
    moveActive("End", 0, 3),
    moveActive("a", 0, 3),
  ]).toEqual([0, 2, 0, 2, null])
  expect(moveActive("ArrowDown", 0, 0)).toBeNull()
})
