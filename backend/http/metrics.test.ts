import { expect, test } from "vitest"
import { createPlatform } from "../platform.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()
const ask = (path: string, { headers = {}, address = "127.0.0.1", of = platform() as ReturnType<typeof createPlatform> } = {}) =>
  of.fetch(new Request(`http://platform.test/api/v1${path}`, { headers }), null, address)

/** The value of a metric with these labels. */
const metricOf = (text: string, name: string, ...labels: string[]): number | null => {
  const line = text.split("\n").find((one) => one.startsWith(name) && labels.every((label) => one.includes(label)))
  return line ? Number(line.split(" ").at(-1)) : null
}

test("requests are counted by the addresses of the API, with their answers, and the platform's state is told", async () => {
  const authorization = `Bearer ${testApiKey}`
  for (const id of ["one", "two", "three"]) await ask(`/evaluations/${id}`, { headers: { authorization } })
  await ask("/health")
  const answer = await ask("/metrics")
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/plain")])
  const text = await answer.text()
  const requests = "hosted_evals_http_requests_total"
  expect(metricOf(text, requests, 'path="/evaluations/{evaluation_id}"', 'status="404"', 'method="GET"')).toBe(3)
  expect(metricOf(text, requests, 'path="/health"', 'status="200"')).toBe(1)
  expect(metricOf(text, "hosted_evals_http_request_seconds_count", 'path="/health"')).toBe(1)
  for (const name of ["runs_queued", "runs_active", "runs_waiting_seconds", "sandboxes", "workers", "workers_capacity"])
    expect(metricOf(text, `hosted_evals_${name} `), name).toBe(0)
  expect(metricOf(text, "process_resident_memory_bytes")).toBeGreaterThan(1e6)
})

test("metrics are for this machine, or for who has the token", async () => {
  expect((await ask("/metrics", { address: "203.0.113.7" })).status).toBe(403)
  expect((await ask("/metrics", { address: "127.0.0.1.example" })).status).toBe(403)
  const withToken = createPlatform({ ...platform().config, metricsToken: "scrape-with-this-token" }, "test")
  const as = (token: string, address: string) =>
    ask("/metrics", { headers: { authorization: `Bearer ${token}` }, address, of: withToken }).then(({ status }) => status)
  expect(await as("scrape-with-this-token", "203.0.113.7")).toBe(200)
  expect(await as("another-token", "127.0.0.1")).toBe(401)
  expect(await as(testApiKey, "127.0.0.1")).toBe(401)
  await withToken.close()
})

test("an answer has the id that its request came with, or a new one", async () => {
  const idOf = async (headers: Record<string, string>, path = "/health") => (await ask(path, { headers })).headers.get("x-request-id")
  expect(await idOf({ "x-request-id": "trace-1.2:3" })).toBe("trace-1.2:3")
  const [first, second] = [await idOf({}), await idOf({ "x-request-id": "no spaces allowed" })]
  expect(first).toMatch(/^[a-z0-9]{24}$/)
  expect(second).toMatch(/^[a-z0-9]{24}$/)
  expect(first).not.toBe(second)
  expect(await idOf({ "x-request-id": "refused" }, "/evaluations/")).toBe("refused")
  expect(await idOf({ "x-request-id": "nowhere" }, "/no/such/address")).toBe("nowhere")
})
