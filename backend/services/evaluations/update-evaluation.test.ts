import { expect, test } from "vitest"
import { CreateEvaluationRequest } from "../../../contract/index.ts"
import { updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { updateEvaluationFields } from "./update-evaluation.ts"

const platform = testPlatform()

test("fields that are left out stay, and metadata is merged", async () => {
  const ada = await newUser(platform(), "ada")
  const { id } = await createEvaluation(
    ada,
    CreateEvaluationRequest.parse({ name: "first", run_id: "r", model_name: "m-1", tags: ["a"], metadata: { seed: 1, split: "eval" } }),
  )
  const updated = await updateEvaluationFields(ada, id, { name: "second", metadata: { seed: 2 } })
  expect(updated).toMatchObject({ name: "second", modelName: "m-1", tags: ["a"], metadata: { seed: 2, split: "eval" } })
  expect(await updateEvaluationFields(ada, id, { inference_model: "m-2" })).toMatchObject({ name: "second", modelName: "m-2" })
})

test("the model of a hosted run is the one that it ran with", async () => {
  const bea = await newUser(platform(), "bea")
  const { id } = await createEvaluation(bea, CreateEvaluationRequest.parse({ name: "e", run_id: "r", model_name: "m-1" }))
  await updateEvaluation(bea.db, id, { isHosted: true })
  expect(await updateEvaluationFields(bea, id, { model_name: "m-2" })).toMatchObject({ modelName: "m-1" })
})

test("somebody else's evaluation cannot be changed", async () => {
  const [cyd, dan] = [await newUser(platform(), "cyd"), await newUser(platform(), "dan")]
  const { id } = await createEvaluation(cyd, CreateEvaluationRequest.parse({ name: "e", run_id: "r" }))
  await expect(updateEvaluationFields(dan, id, { name: "mine" })).rejects.toMatchObject({ code: "not_found" })
})
