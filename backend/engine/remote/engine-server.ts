import { readFile } from "node:fs/promises"
import { type IncomingMessage, request } from "node:http"
import { Agent, request as requestTls } from "node:https"

/** Where an engine is asked by HTTP. */
export interface ServerAccess {
  /** Its address, such as `https://10.0.0.1:6443`. */
  server: string
  /** File with the certificates that it is known by; the system's when left out. */
  caFile?: string
  /** File with the token. It is read for each request, since some are replaced every hour. */
  tokenFile: string
}

export interface Question {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Below the server's address, with its query. */
  path: string
  body?: unknown
  /** What the body is, where it is not plain JSON. */
  contentType?: string
}

const answerMs = 20_000
const answerBytesMax = 16 * 1024 ** 2

/**
 * The server of an engine, asked by `node:http`: fetch takes no certificates of one's own on Node 20, and sends headers for which Ray refuses it as
 * a browser.
 */
export class EngineServer {
  #agent: { ca: string; agent: Agent } | null = null

  /** @param who whose server it is, for sentences */
  constructor(
    private readonly who: string,
    private readonly access: ServerAccess,
  ) {}

  /**
   * @returns status and answer, which is text where the server does not call it JSON
   * @throws Error where there is no answer within 20 s, or one of more than 16 MiB
   */
  async ask({ method, path, body, contentType = "application/json" }: Question): Promise<{ status: number; answer: unknown }> {
    const { server, tokenFile } = this.access
    const token = (await readFile(tokenFile, "utf8")).trim()
    const agent = server.startsWith("https:") ? await this.#ownAgent() : undefined
    const text = body === undefined ? "" : JSON.stringify(body)
    const headers = {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      "content-type": contentType,
      // Without it Node sends the body of a DELETE without a length, and the server takes it for the next request.
      "content-length": Buffer.byteLength(text),
    }
    return new Promise((resolve, reject) => {
      const sent = (agent ? requestTls : request)(server + path, { method, headers, ...(agent && { agent }) }, (answer) =>
        this.#read(answer).then((content) => resolve({ status: answer.statusCode ?? 0, answer: content }), reject),
      )
      sent.on("error", reject)
      sent.setTimeout(answerMs, () => sent.destroy(new Error(`${this.who} did not answer within ${answerMs / 1000} s`)))
      sent.end(text)
    })
  }

  async #read(answer: IncomingMessage): Promise<unknown> {
    const pieces: Buffer[] = []
    let size = 0
    for await (const piece of answer) {
      size += (piece as Buffer).length
      if (size > answerBytesMax) throw new Error(`An answer of ${this.who} is longer than ${answerBytesMax / 1024 ** 2} MiB`)
      pieces.push(piece as Buffer)
    }
    const text = Buffer.concat(pieces).toString("utf8")
    return answer.headers["content-type"]?.includes("json") ? JSON.parse(text) : text
  }

  async #ownAgent(): Promise<Agent> {
    const { caFile } = this.access
    const ca = caFile ? await readFile(caFile, "utf8") : ""
    if (this.#agent?.ca !== ca) {
      this.#agent?.agent.destroy()
      this.#agent = { ca, agent: new Agent({ keepAlive: true, ...(ca && { ca }) }) }
    }
    return this.#agent.agent
  }
}
