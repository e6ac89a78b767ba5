import { expect, test } from "vitest"
import { CreateEvaluationRequest, ListEnvironmentsQuery } from "../../../contract/index.ts"
import { newEnvironment, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { listEnvironments } from "./list-environments.ts"

const platform = testPlatform()

test("others' private runs show in no count of an environment, and in no date", async () => {
  const [ada, ben] = [await newUser(platform(), "ada"), await newUser(platform(), "ben")]
  const { id } = await newEnvironment(platform(), ada)
  const push = (ctx: typeof ada, changes: object) =>
    createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "run", environments: [{ id }], ...changes }))
  const seenBy = async (ctx: typeof ada) => {
    const { data } = await listEnvironments(ctx, ListEnvironmentsQuery.parse({}))
    const row = data.find((one) => one.id === id)
    return [row?.evaluation_count, row?.last_evaluation_at !== null]
  }
  await push(ben, {})
  expect([await seenBy(ada), await seenBy(ben)]).toEqual([
    [0, false],
    [1, true],
  ])
  await push(ben, { is_public: true })
  expect(await seenBy(ada)).toEqual([1, true])
})

test("the version of an environment that one may not see tells nothing", async () => {
  const [ada, ben] = [await newUser(platform(), "ada2"), await newUser(platform(), "ben2")]
  const mine = await newEnvironment(platform(), ben, { name: "mine" })
  const hers = await newEnvironment(platform(), ada, { name: "hers", visibility: "PRIVATE" })
  const push = async (version_id: string) => {
    const { environments, versionId } = await createEvaluation(
      ben,
      CreateEvaluationRequest.parse({ name: "run", environments: [{ id: mine.id, version_id }] }),
    )
    return { environments, versionId }
  }
  const unknown = await push("nothing")
  expect(await push(hers.versionId)).toEqual(unknown)
  expect(unknown).toMatchObject({ versionId: null, environments: [{ version: null, content_hash: null }] })
  expect(await push(mine.versionId)).toMatchObject({ versionId: mine.versionId, environments: [{ version: "0.1.0" }] })
})
