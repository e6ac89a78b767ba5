import { expect, test } from "vitest"
import { changesFrom } from "./launch-changes.ts"
import type { LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { valuesFrom } from "./launch-values.ts"

const target: LaunchTarget = {
  id: "env1",
  name: "sum",
  owner: { name: "acme", type: "user" },
  arguments: [{ name: "level", type: "string", annotation: null, required: false, default: "easy", choices: null, description: null }],
  dataset_size: 10,
  eval_defaults: null,
}
const config = { num_examples: 20, rollouts_per_example: 2, sampling_args: { temperature: 0.2 }, custom_secrets: { TOKEN: "$TOKEN" } }
const values = (more: object = {}) => valuesFrom({ eval_config: { ...config, ...more } }, target)

test("a form that is filled in from a run differs from it in nothing", () => {
  expect(changesFrom(values(), values(), target)).toEqual([])
  // Secrets are given anew each time.
  expect(changesFrom(values(), { ...values(), custom_secrets: [{ name: "TOKEN", value: "new" }] }, target)).toEqual([])
})

test("each value that was changed is named with what it was and is", () => {
  const after: LaunchValues = {
    ...values({
      rollouts_per_example: 5,
      sampling_args: {},
      env_args: { level: "hard", seed: 7 },
      num_examples: -1,
      allow_sandbox_access: true,
    }),
    custom_secrets: [
      { name: "TOKEN", value: "new" },
      { name: "OTHER", value: "s3cret" },
    ],
  }
  expect(changesFrom(values(), after, target)).toEqual([
    { field: "num_examples", label: "Number of examples", from: "20", to: "all" },
    { field: "rollouts_per_example", label: "Rollouts per example", from: "2", to: "5" },
    { field: "env_args.fields.level", label: "level", from: "–", to: "hard" },
    { field: "env_args.json", label: "seed", from: "–", to: "7" },
    { field: "temperature", label: "Temperature", from: "0.2", to: "–" },
    { field: "allow_sandbox_access", label: "Allow sandbox access", from: "no", to: "yes" },
    { field: "custom_secrets", label: "One-off secrets", from: "$TOKEN", to: "$TOKEN, $OTHER" },
  ])
})

test("text that is no value yet is shown as it is", () => {
  const after = { ...values(), rollouts_per_example: "two" } as unknown as LaunchValues
  expect(changesFrom(values(), after, target)).toMatchObject([{ from: "2", to: "two" }])
})
