import { expect, test } from "vitest"
import { StopOrder } from "./stop-order.ts"

test("the first reason to stop a run stays", () => {
  const stop = new StopOrder()
  expect(stop.reason).toBeUndefined()
  stop.cancel()
  stop.exceedBudget("The run's budget is used up.")
  stop.fence()
  expect([stop.reason, stop.excess, stop.signal.aborted]).toEqual(["cancelled", null, true])
})

test("that the worker leaves is known beside another reason", () => {
  const stop = new StopOrder()
  stop.exceedBudget("The run's budget is used up.")
  stop.leave()
  expect([stop.reason, stop.isLeaving, stop.excess]).toEqual(["budget", true, "The run's budget is used up."])
})
