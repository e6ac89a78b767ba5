import { expect, test } from "vitest"
import type { EnvironmentResult } from "@/contract/index.ts"
import { resultsByModel } from "./results-by-model.ts"

const result = (model: string, version: string | null, mean: number) => ({ model, version, mean }) as EnvironmentResult

test("models by what they reach on their newest version, which comes first of each", () => {
  const sorted = resultsByModel([
    result("small", "0.9.0", 0.9),
    result("small", null, 1),
    result("large", "0.10.0", 0.5),
    result("small", "0.10.0", 0.4),
  ])
  expect(sorted.map(({ model, results }) => [model, ...results.map(({ version }) => version)])).toEqual([
    ["large", "0.10.0"],
    ["small", "0.10.0", "0.9.0", null],
  ])
})
