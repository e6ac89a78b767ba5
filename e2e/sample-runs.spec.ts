import { expect, test } from "./story.ts"

const environments = ["word-arithmetic", "number-hunt", "market-clerk"]
const models = ["demo/scholar", "demo/apprentice", "demo/novice"]

test("20 × 2 of every sample environment with every demo model completes, and the pages show the samples' own numbers", {
  tag: "@thorough",
}, async ({ page, api }) => {
  test.setTimeout(300_000)
  const ids = new Map<string, string>()
  for (const environment of environments)
    for (const model of models)
      ids.set(`${environment} ${model}`, await api.launch(environment, model, { num_examples: 20, rollouts_per_example: 2 }))
  const means = new Map<string, number>()
  for (const [what, id] of ids) {
    const run = await api.ended(id)
    expect(run, what).toMatchObject({ status: "COMPLETED", total_samples: 40, progress: { errored: 0 } })
    const { samples } = await api.get(`/evaluations/${id}/samples?limit=1000`)
    const rewards = samples.map((sample: { reward: number }) => sample.reward)
    const mean = rewards.reduce((sum: number, reward: number) => sum + reward, 0) / 40
    expect(run.avg_score).toBeCloseTo(mean, 12)
    expect(new Set(rewards).size).toBeGreaterThan(2)
    means.set(what, mean)
    await page.goto(`/dashboard/evaluations/${id}`)
    await expect(
      page
        .getByText(String(Number(mean.toPrecision(4))))
        .filter({ visible: true })
        .first(),
    ).toBeVisible()
    for (const name of Object.keys(samples[0].metrics)) {
      const values = samples.map((sample: { metrics: Record<string, number> }) => sample.metrics[name])
      const average = values.reduce((sum: number, value: number) => sum + value, 0) / 40
      const metric = page.getByRole("region", { name: "Metrics" }).getByRole("row").filter({ hasText: name })
      await expect(metric, `${what} ${name}`).toContainText(String(Number(average.toPrecision(4))))
    }
  }
  for (const environment of environments) {
    const [scholar, apprentice, novice] = models.map((model) => means.get(`${environment} ${model}`) as number)
    expect(scholar, environment).toBeGreaterThan(apprentice as number)
    expect(apprentice, environment).toBeGreaterThan(novice as number)
  }
})
