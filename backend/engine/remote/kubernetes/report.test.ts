import { expect, test } from "vitest"
import { quantity } from "./report.ts"

test("quantities are numbers, in the ways that Kubernetes writes them", () => {
  expect(["2", "250m", "1.5", "1e3", "4Ki", "3Gi", "5G", "", "much"].map(quantity)).toEqual([
    ...[2, 0.25, 1.5, 1000, 4096, 3 * 1024 ** 3, 5e9, 0, 0],
  ])
})
