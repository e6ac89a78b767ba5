// An OpenAI-compatible server that answers every request with the same words after a given time: node bench/model.mjs LATENCY_MS
// A process of its own and as little as possible, so that what is measured is what stands in front of it.
import { createServer } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"

const latencyMs = Number(process.argv[2] ?? 0)
const answer = JSON.stringify({
  id: "bench",
  object: "chat.completion",
  created: 1,
  model: "bench",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "<answer>7</answer>" } }],
  usage: { prompt_tokens: 60, completion_tokens: 8, total_tokens: 68 },
})
const models = JSON.stringify({ object: "list", data: [{ id: "bench", object: "model", created: 1, owned_by: "bench" }] })

const server = createServer(async (request, response) => {
  for await (const _ of request) {
    // The question does not matter, but it has to be read.
  }
  if (latencyMs > 0 && request.method === "POST") await sleep(latencyMs)
  response.writeHead(200, { "content-type": "application/json" })
  response.end(request.method === "POST" ? answer : models)
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => console.log(/** @type {import("node:net").AddressInfo} */ (server.address()).port))
process.once("disconnect", () => process.exit(0))
