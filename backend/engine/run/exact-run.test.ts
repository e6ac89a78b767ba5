import { expect, test } from "vitest"
import { publishEnvironment } from "../../testing/environments.ts"
import { untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { testApiKey } from "../../testing/test-platform.ts"

const { platform, model } = await testEngine(() => "fine")

const send = (method: string, address: string, body?: string) =>
  platform().fetch(
    new Request(`http://platform.test/api/v1${address}`, {
      method,
      headers: { authorization: `Bearer ${testApiKey}`, "content-type": "application/json" },
      body: body ?? null,
    }),
    null,
  )

test("arguments, example ids and sampling parameters reach Python and the model as they were written", async () => {
  const id = await publishEnvironment(
    platform(),
    "exact",
    `
import verifiers as vf
from datasets import Dataset

async def odd(example_id) -> float:
    return float("nan") if int(example_id) % 2 else 1.0

def load_environment(seed: int = 0, rate: float = 0.5, options: dict | None = None) -> vf.Environment:
    said = f"{seed!r} {rate!r} {list(options.items())!r}"
    data = Dataset.from_list([{"example_id": seed - n, "question": said, "answer": "x"} for n in range(2)])
    return vf.SingleTurnEnv(eval_dataset=data, rubric=vf.Rubric(funcs=[odd]))
`,
  )
  const launched = await send(
    "POST",
    "/hosted-evaluations",
    `{"environment_ids":["${id}"],"inference_model":"test/scripted","eval_config":{"num_examples":2,"rollouts_per_example":2,
      "env_args":{"seed":9223372036854775807,"rate":1.0,"options":{"z":1,"10":2,"9":3,"a":1e5}},
      "sampling_args":{"response_format":{"type":"json_object","reasoning":1,"answer":2},"logit_bias":{"50256":-100,"11":5}}}}`,
  )
  const run = await untilRun(platform(), (await launched.json()).evaluation_id)
  expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", total_samples: 4, failure: null })
  const { samples } = (await platform().call("GET", `/evaluations/${run.evaluation_id}/sample-summaries?sort_by=example`)).body
  expect(samples.map((sample: any) => [sample.example_id, sample.rollout_index, sample.reward]).sort()).toEqual([
    ["9223372036854775806", 0, 1],
    ["9223372036854775806", 1, 1],
    ["9223372036854775807", 0, null],
    ["9223372036854775807", 1, null],
  ])
  expect(samples[0].prompt_preview).toBe("9223372036854775807 1.0 [('z', 1), ('10', 2), ('9', 3), ('a', 100000.0)]")
  expect(Object.keys(model.requests[0]?.response_format as object)).toEqual(["type", "reasoning", "answer"])
  // The rewards that are no numbers are counted, and so is each metric that holds the same.
  expect(run.metadata.lost_values).toMatchObject({ first: expect.stringMatching(/^example 9223372036854775807, rollout [12]$/) })
  expect(run.metadata.lost_values.count).toBeGreaterThanOrEqual(2)
  expect(await (await send("GET", `/evaluations/${run.evaluation_id}/export/results.jsonl`)).text()).toContain(
    '"example_id":9223372036854775807,',
  )
})

test("a run that lacks the sample of a rollout is never completed", async () => {
  const id = await publishEnvironment(
    platform(),
    "forgetful",
    `
import sys
import verifiers as vf
from datasets import Dataset

Spool = sys.modules["hosted-runner.events"].Spool
emit = Spool.emit
def lossy(self, kind, **fields):
    if kind == "rollout.finished" and fields["example_id"] == 1:
        fields["index"] = "none"
    emit(self, kind, **fields)
Spool.emit = lossy

def load_environment() -> vf.Environment:
    data = Dataset.from_list([{"question": str(n), "answer": "x"} for n in range(3)])
    return vf.SingleTurnEnv(eval_dataset=data, rubric=vf.Rubric(funcs=[lambda completion: 1.0]))
`,
  )
  const launched = await platform().call("POST", "/hosted-evaluations", {
    environment_ids: [id],
    inference_model: "test/scripted",
    eval_config: { num_examples: 3, rollouts_per_example: 1 },
  })
  const run = await untilRun(platform(), launched.body.evaluation_id)
  expect(run).toMatchObject({
    status: "FAILED",
    total_samples: 2,
    failure: {
      class: "incomplete_results",
      message: expect.stringMatching(/^1 of 3 rollouts has no sample\. The first: example 1, rollout .*index/),
    },
  })
})
