import { serve } from "@hono/node-server"
import { Hono } from "hono"

export interface ModelRequest {
  model: string
  messages: { role: string; content: unknown }[]
  [key: string]: unknown
}

/**
 * A scripted OpenAI-compatible server: the one stand-in of the tests, since no model can be reached.
 * @param models the ids that it lists
 */
export async function startModelServer(
  answer: (request: ModelRequest, authorization: string | undefined) => Promise<string | Response> | string | Response,
  models: readonly string[] = ["scripted"],
): Promise<{ url: string; requests: ModelRequest[]; close: () => void }> {
  const requests: ModelRequest[] = []
  const app = new Hono()
  app.get("/v1/models", (c) =>
    c.json({
      object: "list",
      data: models.map((id) => ({
        ...{ id, object: "model", created: 1, owned_by: "test" },
        pricing: { input_usd_per_mtok: 1, output_usd_per_mtok: 10 },
      })),
    }),
  )
  app.post("/v1/chat/completions", async (c) => {
    const request = (await c.req.json()) as ModelRequest
    requests.push(request)
    const content = await answer(request, c.req.header("authorization"))
    if (content instanceof Response) return content
    return c.json({
      id: `r${requests.length}`,
      object: "chat.completion",
      created: 1,
      model: request.model,
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    })
  })
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}/v1`, requests, close: () => server.close() }),
    )
  })
}
