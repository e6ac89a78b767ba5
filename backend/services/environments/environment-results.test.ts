import { expect, test } from "vitest"
import { CreateEvaluationRequest } from "../../../contract/index.ts"
import { newEnvironment, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { finalizeEvaluation } from "../evaluations/finalize-evaluation.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { environmentResults } from "./environment-results.ts"

const platform = testPlatform()

test("the newest completed run of each model and version, with its mean and interval, and nobody else's", async () => {
  const [ada, ben] = [await newUser(platform(), "ada"), await newUser(platform(), "ben")]
  const { id, versionId } = await newEnvironment(platform(), ada, { name: "sums" })
  let runs = 0
  const push = async (ctx: typeof ada, model: string | null, rewards: number[], changes: object = {}, isOver = true) => {
    const request = { name: "run", run_id: `r${runs++}`, model_name: model, environments: [{ id, version_id: versionId }], ...changes }
    const run = await createEvaluation(ctx, CreateEvaluationRequest.parse(request))
    await pushSamples(
      ctx,
      run.id,
      rewards.map((reward, i) => ({ example_id: i, reward })),
    )
    if (isOver) await finalizeEvaluation(ctx, run.id, {})
    return run.id
  }
  const first = await push(ada, "small", [0, 0, 0])
  const newest = await push(ada, "small", [1, 0, 1, 0])
  const unversioned = await push(ada, "small", [0.5, 0.5], { environments: [{ id, version_id: "nothing" }] })
  const large = await push(ada, "large", [1, 1, 0.5], { eval_config: { num_examples: 3, rollouts_per_example: 1, env_args: { level: 2 } } })
  await push(ada, "large", [0], {}, false)
  await push(ada, "large", [0, 0], { tags: ["pilot"] })
  await push(ada, "none", [])
  await push(ada, null, [1, 1])
  await push(ben, "small", [0.25, 0.75])
  const { results, trend } = await environmentResults(ada, "ada", "sums")
  expect(
    results.map(({ evaluation_id, model, version, mean, examples, runs }) => [evaluation_id, model, version, mean, examples, runs]),
  ).toEqual([
    [large, "large", "0.1.0", 2.5 / 3, 3, 1],
    [unversioned, "small", null, 0.5, 2, 1],
    [newest, "small", "0.1.0", 0.5, 4, 2],
  ])
  // The trend has every run but pilots and those without a result, the oldest first; those of one configuration have one number.
  expect(trend?.map(({ evaluation_id, model, mean, line }) => [evaluation_id, model, mean, line])).toEqual([
    [first, "small", 0, 0],
    [newest, "small", 0.5, 0],
    [unversioned, "small", 0.5, 1],
    [large, "large", 2.5 / 3, 2],
  ])
  expect(trend?.[1]?.interval95).toEqual(results[2]?.interval95)
  expect(results[2]?.interval95?.low).toBeGreaterThanOrEqual(0)
  expect(results.map(({ has_arguments }) => has_arguments)).toEqual([true, false, false])
  expect((await environmentResults(ben, "ada", "sums")).results.map(({ mean }) => mean)).toEqual([0.5])
  await expect(environmentResults(ben, "ada", "no-such")).rejects.toThrow(/no-such/)
})
