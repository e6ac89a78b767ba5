import { expect, test } from "vitest"
import { CreateEvaluationRequest, ListEvaluationsQuery, ListSampleSummariesQuery } from "../../../contract/index.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { getEvaluation, getRunStatistics } from "./get-evaluation.ts"
import { listEvaluations } from "./list-evaluations.ts"
import { pushSamples } from "./push-samples.ts"
import { listSampleSummaries } from "./read-samples.ts"

const platform = testPlatform()

async function uploaded(ctx: Context, samples: Record<string, unknown>[], metadata: Record<string, unknown> = {}): Promise<string> {
  const { id } = await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r", metadata }))
  await pushSamples(ctx, id, samples)
  return id
}

const ofExamples = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    example_id: i,
    reward: (i % 10) / 10,
    metrics: { exact: i % 2 },
    prompt: "p",
    completion: "c",
  }))

test("answers do not grow with the number of examples", async () => {
  const ada = await newUser(platform(), "ada")
  const sizes = async (examples: number) => {
    const id = await uploaded(ada, ofExamples(examples))
    const answers = [
      await getRunStatistics(ada, id),
      await getEvaluation(ada, id),
      await listSampleSummaries(ada, id, ListSampleSummariesQuery.parse({ limit: 10 })),
    ]
    return answers.map((answer) => JSON.stringify(answer).length)
  }
  const [few, many] = [await sizes(10), await sizes(2000)]
  // The statistics tell of 50 examples and 100 groups, however many there are.
  const [statistics, ...others] = many.map((size, i) => size - (few[i] ?? 0))
  expect(statistics).toBeLessThan(16_000)
  for (const grown of others) expect(grown).toBeLessThan(300)
})

test("a list carries what it shows, whatever an upload says about itself", async () => {
  const bea = await newUser(platform(), "bea")
  const metadata = { num_examples: 3, rollouts_per_example: 2, system_prompt: "x".repeat(100_000) }
  const id = await uploaded(bea, ofExamples(1), metadata)
  const { evaluations } = await listEvaluations(bea, ListEvaluationsQuery.parse({}))
  expect(evaluations.map((run) => run.evaluation_id)).toEqual([id])
  expect(evaluations[0]?.metadata).toEqual({ num_examples: 3, rollouts_per_example: 2 })
  expect(JSON.stringify(evaluations).length).toBeLessThan(1600)
  expect((await getEvaluation(bea, id)).metadata).toEqual(metadata)
})

test("samples without a metric follow those that have it, page by page in both directions", async () => {
  const cyd = await newUser(platform(), "cyd")
  const grades = [2, null, 1, 3, null, 2, "A"]
  const id = await uploaded(
    cyd,
    grades.map((grade, i) => ({ example_id: i, reward: 1, metrics: grade === null ? {} : { grade } })),
  )
  for (const [sort_order, expected] of [
    ["asc", "2 0 5 3 1 4 6"],
    ["desc", "3 5 0 2 6 4 1"],
  ] as const) {
    for (const limit of [1, 2, 3, 4, 7]) {
      const seen: string[] = []
      for (let after: string | null | undefined = null, first = true; first || after; first = false) {
        const page: Awaited<ReturnType<typeof listSampleSummaries>> = await listSampleSummaries(
          cyd,
          id,
          ListSampleSummariesQuery.parse({ sort_by: "metric:grade", sort_order, limit, ...(after ? { after } : {}) }),
        )
        expect(page.total).toBe(grades.length)
        seen.push(...page.samples.map((sample) => sample.example_id))
        after = page.next
      }
      expect(seen.join(" ")).toBe(expected)
    }
  }
})
