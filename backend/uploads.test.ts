import { expect, test } from "vitest"
import { CreateEvaluationRequest } from "../contract/index.ts"
import { closeStoppedUploads } from "./engine/close-uploads.ts"
import type { Context } from "./services/context.ts"
import { cancelEvaluation } from "./services/evaluations/cancel-evaluation.ts"
import { createEvaluation } from "./services/evaluations/create-evaluation.ts"
import { finalizeEvaluation } from "./services/evaluations/finalize-evaluation.ts"
import { getEvaluation } from "./services/evaluations/get-evaluation.ts"
import { pushSamples } from "./services/evaluations/push-samples.ts"
import { updateEvaluationFields } from "./services/evaluations/update-evaluation.ts"
import { newUser } from "./testing/service-context.ts"
import { testPlatform } from "./testing/test-platform.ts"

const platform = testPlatform({ UPLOAD_STOPS_AFTER_HOURS: "2" })

const upload = async (ctx: Context) =>
  (await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "n".repeat(500), run_id: "r" }))).id

/** As if nothing had been heard of an upload for so many minutes. */
const silent = (id: string, minutes: number) =>
  platform().database.pool.query("update evaluations set updated_at = now() - make_interval(mins => $2) where id = $1", [id, minutes])

test("an upload that went quiet is stale, and the next request wakes it", async () => {
  const ada = await newUser(platform(), "ada")
  const id = await upload(ada)
  expect(await getEvaluation(ada, id)).toMatchObject({ status: "RUNNING", stale: false })
  await silent(id, 16)
  expect(await getEvaluation(ada, id)).toMatchObject({ status: "RUNNING", stale: true })
  await pushSamples(ada, id, [{ example_id: 1, reward: 1 }])
  expect(await getEvaluation(ada, id)).toMatchObject({ status: "RUNNING", stale: false })
})

test("an upload without a request for hours is closed, and takes nothing more", async () => {
  const bea = await newUser(platform(), "bea")
  const [quiet, alive] = [await upload(bea), await upload(bea)]
  await pushSamples(bea, quiet, [{ example_id: 1, reward: 1 }])
  await silent(quiet, 121)
  await silent(alive, 119)
  await closeStoppedUploads(platform().services)
  expect(await getEvaluation(bea, quiet)).toMatchObject({
    status: "FAILED",
    stale: false,
    total_samples: 1,
    failure: { class: "upload_stopped", message: expect.stringMatching(/^Its last request was at .* UTC, after 1 samples$/) },
  })
  expect(await getEvaluation(bea, alive)).toMatchObject({ status: "RUNNING" })
  const refused = { code: "conflict" }
  await expect(pushSamples(bea, quiet, [{ reward: 1 }])).rejects.toMatchObject(refused)
  await expect(finalizeEvaluation(bea, quiet, null)).rejects.toMatchObject(refused)
  await expect(updateEvaluationFields(bea, quiet, { status: "COMPLETED" })).rejects.toMatchObject(refused)
})

test("the program that uploads says how its run ended", async () => {
  const cyd = await newUser(platform(), "cyd")
  const [failed, cancelled, running] = [await upload(cyd), await upload(cyd), await upload(cyd)]
  await updateEvaluationFields(cyd, failed, { status: "FAILED", error_message: "CUDA out of memory" })
  expect(await getEvaluation(cyd, failed)).toMatchObject({
    status: "FAILED",
    error_message: "The run failed where it ran: CUDA out of memory",
    completed_at: expect.any(String),
  })
  await updateEvaluationFields(cyd, cancelled, { status: "CANCELLED" })
  expect(await getEvaluation(cyd, cancelled)).toMatchObject({ status: "CANCELLED", failure: { class: "cancelled" } })
  await updateEvaluationFields(cyd, running, { status: "RUNNING" })
  expect(await getEvaluation(cyd, running)).toMatchObject({ status: "RUNNING" })
  // Said twice it is still true; anything else is too late.
  await updateEvaluationFields(cyd, cancelled, { status: "CANCELLED" })
  await expect(updateEvaluationFields(cyd, failed, { status: "COMPLETED" })).rejects.toMatchObject({ code: "conflict" })
  await updateEvaluationFields(cyd, failed, { description: "kept all the same" })
})

test("a person ends an upload at once", async () => {
  const dan = await newUser(platform(), "dan")
  const id = await upload(dan)
  expect(await cancelEvaluation(dan, id)).toMatchObject({ status: "CANCELLED", phase: "ended" })
  await expect(pushSamples(dan, id, [{ reward: 1 }])).rejects.toMatchObject({ code: "conflict" })
})
