import { expect, test } from "vitest"
import { type ConfiguredRun, compareSettings, rankedBy } from "./settings.ts"
import { compareWarnings } from "./warnings.ts"

const run = (values: Partial<ConfiguredRun> = {}): ConfiguredRun => ({
  model_name: "lab/reader",
  environment: { id: "e", owner: "ada", name: "sums", version: "0.1.0", content_hash: null },
  environment_names: ["ada/sums"],
  eval_config: { num_examples: 20, rollouts_per_example: 2, sampling_args: { temperature: 1 } } as ConfiguredRun["eval_config"],
  metadata: {},
  dataset: null,
  ...values,
})
const scored = (reward_weights: Record<string, number>) => run({ scores_of: { evaluation_id: "first", reward_weights } })

test("a run that was scored again is not the same evaluation, made twice", () => {
  expect(compareSettings([run(), run()]).differs).toEqual([])
  const { differs } = compareSettings([run(), scored({}), scored({ format: 0, exact: 2 })])
  expect(differs).toEqual([
    { key: "scores_of", label: "Scored again", values: [null, "with the rubric's weights", "with weights format = 0, exact = 2"] },
  ])
  const kinds = compareWarnings({ runs: [], differs, errors: "zero", prompts: [] }).map(({ kind }) => kind)
  expect(kinds).toEqual(["scoring"])
})

test("models are ranked among runs of one version, arguments and scoring; sampling may differ", () => {
  const key = (values: Partial<ConfiguredRun>) => rankedBy(run(values)).key
  const config = (values: object) => ({ eval_config: { ...run().eval_config, ...values } as ConfiguredRun["eval_config"] })
  expect(key({ model_name: "lab/other", ...config({ sampling_args: { temperature: 0 }, rollouts_per_example: 9 }) })).toBe(key({}))
  for (const other of [config({ num_examples: 5 }), config({ env_args: { level: 2 } }), { scores_of: scored({}).scores_of }])
    expect(key(other)).not.toBe(key({}))
})
