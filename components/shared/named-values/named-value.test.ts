import { expect, test } from "vitest"
import { checkEntry, nameRule } from "./named-value.ts"

const secret = { kind: "secret", isNew: true, taken: ["TAKEN"] } as const
const entry = (more: object = {}) => ({ name: "API_KEY", value: "v", description: "", ...more })

test("a whole entry has no problems", () => {
  expect(checkEntry(entry(), secret)).toEqual({})
})

test("names follow the CLI's rule and are unique", () => {
  for (const name of ["", "lower", "1A", "A-B", "A".repeat(256)]) expect(checkEntry(entry({ name }), secret).name).toBe(nameRule)
  expect(checkEntry(entry({ name: "TAKEN" }), secret).name).toBe("There is a secret TAKEN already.")
})

test("a new secret needs a value, a changed one keeps its own, a variable may be empty", () => {
  expect(checkEntry(entry({ value: "" }), secret).value).toBe("A value is needed.")
  expect(checkEntry(entry({ value: null }), { ...secret, isNew: false })).toEqual({})
  expect(checkEntry(entry({ value: "" }), { ...secret, kind: "variable" })).toEqual({})
  expect(checkEntry(entry({ value: "ä".repeat(40_000) }), secret).value).toBe("At most 64 KiB.")
  expect(checkEntry(entry({ description: "x".repeat(501) }), secret).description).toBe("At most 500 characters.")
})
