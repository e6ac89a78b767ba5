import { expect, test } from "vitest"
import type { Evaluation } from "@/contract/index.ts"
import { exportsOf } from "./run-exports.ts"

test("a run's files lead to the API, and their folder is the one that verifiers would have made", () => {
  const run = { evaluation_id: "e1", inference_model: "acme/small", environment: { owner: "local", name: "hello-env" } } as Evaluation
  expect(exportsOf(run).folder).toBe("outputs/evals/hello-env--acme--small/e1/")
  const { samples, published } = exportsOf(run)
  expect(samples.map(({ href }) => href)).toEqual(
    ["results.jsonl", "metadata.json", "samples.csv", "samples.parquet", "run.zip", "run.eval"].map(
      (name) => `/api/v1/evaluations/e1/export/${name}`,
    ),
  )
  expect(published.map(({ name }) => name)).toEqual(["model-card.md", "model-card.tex", "eval_results.yaml", "every-eval-ever.zip"])
})
