import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface Receiver {
  url: string
  /** What has arrived, oldest first. */
  received: Received[]
  /** What the next requests are answered with; 200 and "ok" when there is nothing left. */
  answers: { status: number; body?: string; headers?: Record<string, string> }[]
  close: () => void
}

/** A server that takes messages, as people have them for webhooks. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const answers: Receiver["answers"] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) })
    const answer = answers.shift() ?? { status: 200, body: "ok" }
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    close: () => server.close(),
  }
}
