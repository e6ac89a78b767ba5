import { expect, test } from "vitest"
import { declaredIn, rewardRangeIn } from "./declared.ts"

test("what has the shape of a declaration is one", () => {
  expect(declaredIn({ reward_range: [0, 10], agreeing_metrics: [["judge", "exact"]], num_examples: 5 })).toEqual({
    reward_range: [0, 10],
    agreeing_metrics: [["judge", "exact"]],
  })
  for (const reward_range of [[10, 0], [1, 1], [0], [0, 1, 2], ["0", "10"], [0, Number.POSITIVE_INFINITY], "0 to 10", null])
    expect(rewardRangeIn({ reward_range }), JSON.stringify(reward_range)).toBeNull()
  expect(declaredIn({ agreeing_metrics: [["judge"]] })).toEqual({})
  expect(declaredIn({ cluster_by: "info.document" })).toEqual({ cluster_by: "info.document" })
  for (const cluster_by of ["", 7, null, "x".repeat(201)]) expect(declaredIn({ cluster_by })).toEqual({})
  expect(declaredIn(null)).toEqual({})
})
