import { expect, test } from "vitest"
import { CreateEvaluationRequest, UpdateEvaluationRequest } from "../../../../contract/index.ts"
import { newEnvironment, newUser } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import { createEvaluation } from "../create-evaluation.ts"
import { finalizeEvaluation } from "../finalize-evaluation.ts"
import { pushSamples } from "../push-samples.ts"
import { updateEvaluationFields } from "../update-evaluation.ts"
import { leaderboards } from "./leaderboards.ts"

const platform = testPlatform()

test("runs that were chosen for it are ranked among comparable ones, the newest of each model", async () => {
  const [ada, ben] = [await newUser(platform(), "ada-ranks"), await newUser(platform(), "ben-ranks")]
  const { id, versionId } = await newEnvironment(platform(), ada, { name: "ranked" })
  let runs = 0
  const push = async (ctx: typeof ada, model: string, share: number, { chosen = true, args = {}, temperature = 0 } = {}) => {
    const run = await createEvaluation(
      ctx,
      CreateEvaluationRequest.parse({
        name: "run",
        run_id: `r${runs++}`,
        model_name: model,
        environments: [{ id, version_id: versionId }],
        eval_config: { num_examples: 40, rollouts_per_example: 1, env_args: args, sampling_args: { temperature } },
      }),
    )
    await pushSamples(
      ctx,
      run.id,
      Array.from({ length: 40 }, (_, i) => ({ example_id: i, reward: Number(i / 40 < share) })),
    )
    await finalizeEvaluation(ctx, run.id, {})
    if (chosen) await updateEvaluationFields(ctx, run.id, UpdateEvaluationRequest.parse({ show_on_leaderboard: true }))
    return run.id
  }
  await push(ada, "lab/large", 0.1)
  const large = await push(ada, "lab/large", 0.9, { temperature: 1 })
  const middle = await push(ada, "lab/middle", 0.875)
  const small = await push(ada, "lab/small", 0.2)
  await push(ada, "lab/hidden", 1, { chosen: false })
  await push(ben, "lab/foreign", 1)
  const other = await push(ada, "lab/large", 0.5, { args: { level: 2 } })

  const { boards } = await leaderboards(ada, "ada-ranks", "ranked")
  expect(boards.map(({ rows }) => rows.map((row) => row.evaluation_id))).toEqual([[other], [large, middle, small]])
  expect(boards[1]?.rows.map(({ model, mean, rank }) => [model, mean, rank.from, rank.to])).toEqual([
    ["lab/large", 0.9, 1, 2],
    ["lab/middle", 0.875, 1, 2],
    ["lab/small", 0.2, 3, 3],
  ])
  expect(boards[0]?.settings).toContainEqual(expect.objectContaining({ key: "env_args.level", value: 2 }))
  await expect(leaderboards(ada, "ada-ranks", "nothing")).rejects.toThrow(/nothing/)
})
