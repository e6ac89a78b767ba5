import { expect, test } from "vitest"
import { CreateEvaluationRequest } from "../../../contract/index.ts"
import { newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { finalizeEvaluation } from "./finalize-evaluation.ts"
import { watchEvaluations } from "./watch-evaluations.ts"

const platform = testPlatform()
const create = async (ctx: Context) => (await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r" }))).id

test("a user hears of their own runs, and of nobody else's", async () => {
  const [ada, bea] = [await newUser(platform(), "ada"), await newUser(platform(), "bea")]
  const [hers, his] = [await create(bea), await create(ada)]
  const { notices, stop } = watchEvaluations(ada)
  await finalizeEvaluation(bea, hers, null)
  await finalizeEvaluation(ada, his, null)
  for await (const notice of notices) {
    // Bea's ended first: had it been sent, it would have come first.
    expect(notice).toMatchObject({ evaluation_id: his, status: "COMPLETED" })
    break
  }
  stop()
})

test("the stream ends when it is stopped, also while it waits", async () => {
  const { notices, stop } = watchEvaluations(await newUser(platform(), "cyd"))
  const next = notices[Symbol.asyncIterator]().next()
  stop()
  expect(await next).toEqual({ done: true, value: undefined })
})

test("a caller without a key is refused", async () => {
  const nobody = await serviceContext(platform(), null)
  expect(() => watchEvaluations(nobody)).toThrow()
})
