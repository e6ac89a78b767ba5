import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test"
import type { Evaluation } from "../contract/evaluations.ts"

/** The platform's API with the key of the first user, as a script would call it. */
export interface Api {
  get: (path: string) => Promise<any>
  post: (path: string, body: object) => Promise<any>
  /** Starts a run and returns its id. */
  launch: (environment: string, model: string, config?: object) => Promise<string>
  /** Waits until a run has ended. */
  ended: (id: string) => Promise<Evaluation>
}

const endings = ["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"]

function apiOf(request: APIRequestContext, key: string): Api {
  const call = async (method: "get" | "post", path: string, data?: object) => {
    const response = await request[method](`/api/v1${path}`, { headers: { authorization: `Bearer ${key}` }, ...(data ? { data } : {}) })
    expect(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(true)
    return response.json()
  }
  const api: Api = {
    get: (path) => call("get", path),
    post: (path, body) => call("post", path, body),
    async launch(environment, model, config = {}) {
      const { data } = await api.get(`/environmentshub/local/${environment}/@latest`)
      const body = {
        environment_ids: [data.id],
        inference_model: model,
        eval_config: { num_examples: 4, rollouts_per_example: 2, ...config },
      }
      return (await api.post("/hosted-evaluations", body)).evaluation_id
    },
    async ended(id) {
      let run: Evaluation | undefined
      await expect
        .poll(
          async () => {
            run = await api.get(`/evaluations/${id}`)
            return endings.includes(run?.status ?? "")
          },
          { timeout: 110_000, intervals: [300] },
        )
        .toBe(true)
      return run as Evaluation
    },
  }
  return api
}

// Chromium reports every answer of 400 and above on the console; a story that provokes one expects it.
const expectedOnConsole = /the server responded with a status of 4\d\d/

const hydratedWithinMs = 15_000

/** Waits until React has taken over what a page shows: before that a press of a button does nothing. */
async function hydrated(page: Page): Promise<void> {
  await page
    .waitForFunction(
      () =>
        // What the server sends later stands in for itself by a template.
        !document.querySelector('template[id^="B:"]') &&
        [...document.querySelectorAll("main button, main a")].every((one) =>
          Object.keys(one).some((key) => key.startsWith("__reactProps")),
        ),
      undefined,
      { timeout: hydratedWithinMs },
    )
    // A page that stays as the server sent it is found out by what the story does on it.
    .catch(() => {})
}

/** Every story: the API beside the browser, and no error on the console. A page that is gone to can be used at once. */
export const test = base.extend<{ api: Api; quiet: undefined }>({
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page)
    page.goto = async (...target) => {
      const answer = await goto(...target)
      await hydrated(page)
      return answer
    }
    await use(page)
  },
  api: async ({ request }, use, info) => use(apiOf(request, info.config.metadata.apiKey)),
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = []
      watchConsole(page, errors)
      await use(undefined)
      expect(errors).toEqual([])
    },
    { auto: true },
  ],
})

export function watchConsole(page: Page, errors: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error" && !expectedOnConsole.test(message.text())) errors.push(message.text())
  })
  page.on("pageerror", (error) => errors.push(error.message))
}

export { expect }
