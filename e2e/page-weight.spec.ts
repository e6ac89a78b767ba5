import type { BrowserContext } from "@playwright/test"
import { type Api, expect, test } from "./story.ts"

const rolloutsPerExample = 5
const batch = 500

/** A run that was uploaded, its examples with ids and texts of about the same length whatever their number. */
async function upload(api: Api, samples: number): Promise<string> {
  const { evaluation_id: id } = await api.post("/evaluations/", {
    name: `${samples} samples`,
    run_id: `weight-${samples}`,
    model_name: "m",
  })
  const row = (i: number) => ({
    example_id: 100_000 + Math.floor(i / rolloutsPerExample),
    prompt: [{ role: "user", content: `How many apples are in basket ${100_000 + i}?` }],
    completion: [{ role: "assistant", content: `There are ${100_000 + i}.` }],
    reward: (i % 11) / 10,
    metrics: { correct: i % 2, turns: 1 },
  })
  for (let from = 0; from < samples; from += batch)
    await api.post(`/evaluations/${id}/samples`, {
      samples: Array.from({ length: Math.min(batch, samples - from) }, (_, i) => row(from + i)),
    })
  await api.post(`/evaluations/${id}/finalize`, {})
  return id
}

test("a run's pages weigh the same however many examples it has, and a view of its samples asks for nothing that it does not show", {
  tag: "@thorough",
}, async ({ page, api }) => {
  const small = await upload(api, 1000)
  const large = await upload(api, 3000)

  const asked: string[] = []
  const failed: string[] = []
  page.on("request", (request) => {
    const { protocol, pathname } = new URL(request.url())
    if (!["document", "stylesheet", "script"].includes(request.resourceType()) && protocol !== "data:") asked.push(pathname)
  })
  page.on("requestfailed", (request) => failed.push(request.url()))
  await page.goto(`/dashboard/evaluations/${large}/samples`)
  await expect(page.getByRole("list", { name: "Examples" }).locator("> li").nth(5)).toBeVisible()
  // What is fetched ahead is fetched when the page has nothing else to do.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 5000 })))
  // Two fonts, and the event stream. The number of runs under way is read again when those of other tests begin or end.
  const own = asked.filter((pathname) => pathname !== "/api/v1/evaluations/")
  expect(own.length, asked.join(", ")).toBeLessThanOrEqual(3)
  expect(failed).toEqual([])

  const weightOf = async (address: string) => {
    const response = await page.goto(address, { waitUntil: "commit" })
    return (await response?.body())?.length ?? Number.NaN
  }
  for (const place of ["", "/samples"]) {
    const few = await weightOf(`/dashboard/evaluations/${small}${place}`)
    const many = await weightOf(`/dashboard/evaluations/${large}${place}`)
    // Four hundred examples more, or two thousand samples.
    expect(Math.abs(many - few), `${place}: ${few} and ${many} bytes`).toBeLessThan(10_000)
  }
})

const kilobytesMax = 200

/** Kilobytes of script, compressed, that a page is sent before it has loaded. */
async function scriptBeforeLoad(context: BrowserContext, address: string): Promise<number> {
  // A page of its own: what the page before it still fetches is not counted.
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send("Network.enable")
  await session.send("Network.setCacheDisabled", { cacheDisabled: true })
  const scripts = new Set<string>()
  let bytes = 0
  let hasLoaded = false
  session.on("Network.responseReceived", ({ requestId, type }) => type === "Script" && scripts.add(requestId))
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId) && !hasLoaded) bytes += encodedDataLength
  })
  page.on("load", () => {
    hasLoaded = true
  })
  await page.goto(address, { waitUntil: "load" })
  await page.close()
  return Math.round(bytes / 1024)
}

test("no page sends more than 200 KB of script, compressed, before it has loaded", { tag: "@thorough" }, async ({ context, api }) => {
  const id = await upload(api, 100)
  const { samples } = await api.get(`/evaluations/${id}/sample-summaries?limit=1`)
  const run = `/dashboard/evaluations/${id}`
  const environment = "/dashboard/environments/local/word-arithmetic"
  const weights: Record<string, number> = {}
  for (const address of [
    ...["/login", "/docs", "/dashboard", "/dashboard/environments", "/dashboard/evaluations", "/dashboard/search", "/dashboard/models"],
    ...["/dashboard/usage", "/dashboard/settings", "/dashboard/settings/audit", "/dashboard/settings/people"],
    "/dashboard/settings/instances",
    ...[run, `${run}/samples`, `${run}/samples/${samples[0].sample_id}`, `${run}/logs`, `${run}/report`],
    ...["", "/dataset", "/versions", "/evaluations", "/evaluations/new", "/evaluations/new?model=demo/scholar", "/settings"].map(
      (place) => `${environment}${place}`,
    ),
  ])
    weights[address] = await scriptBeforeLoad(context, address)
  expect(Object.values(weights).every((weight) => weight > 100)).toBe(true)
  expect(Object.entries(weights).filter(([, weight]) => weight > kilobytesMax)).toEqual([])
})
