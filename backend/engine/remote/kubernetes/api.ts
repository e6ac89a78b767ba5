import { readFile } from "node:fs/promises"
import { type IncomingMessage, request } from "node:http"
import { Agent, request as requestTls } from "node:https"

/** How a cluster is asked. */
export interface KubernetesAccess {
  /** Address of the API server, such as `https://10.0.0.1:6443`. */
  server: string
  /** File with the certificates that the API server is known by; the system's when left out. */
  caFile?: string
  /** File with the token. It is read for each request, since a service account's token is replaced every hour. */
  tokenFile: string
  /** The namespace in which everything is made. */
  namespace: string
}

/** An answer of the API server that is no success. */
export class KubernetesError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

const answerMs = 20_000
const answerBytesMax = 16 * 1024 ** 2

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/**
 * The few calls of Kubernetes that an engine needs, by `node:https`: fetch knows no CA of one's own, and the official client is 68 packages, of
 * which the newest does not load on Node 20.
 */
export class KubernetesApi {
  #agent: { ca: string; agent: Agent } | null = null

  constructor(readonly access: KubernetesAccess) {}

  /** Paths of what lies in the namespace: of the core group, or of another, such as `batch/v1`. */
  path(kind: string, name = "", group = ""): string {
    return `${group ? `/apis/${group}` : "/api/v1"}/namespaces/${this.access.namespace}/${kind}${name && `/${name}`}`
  }

  /**
   * @param path below the server's address, with its query
   * @throws KubernetesError for an answer that is no success; Error where there is none within 20 s
   */
  async ask<T = unknown>(method: Method, path: string, body?: unknown): Promise<T> {
    const { server, tokenFile } = this.access
    const token = (await readFile(tokenFile, "utf8")).trim()
    const agent = server.startsWith("https:") ? await this.#ownAgent() : undefined
    const text = body === undefined ? "" : JSON.stringify(body)
    const headers = {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      // Without it Node sends the body of a DELETE without a length, and the server takes it for the next request.
      "content-length": Buffer.byteLength(text),
    }
    return new Promise((resolve, reject) => {
      const sent = (agent ? requestTls : request)(server + path, { method, headers, ...(agent && { agent }) }, (answer) =>
        read(answer).then((given) => {
          const status = answer.statusCode ?? 0
          if (status < 300) resolve(given as T)
          else reject(new KubernetesError(status, messageOf(given) || `Kubernetes answered ${status}`))
        }, reject),
      )
      sent.on("error", reject)
      sent.setTimeout(answerMs, () => sent.destroy(new Error(`Kubernetes did not answer within ${answerMs / 1000} s`)))
      sent.end(text)
    })
  }

  /** The same, and null where there is no such thing. */
  async find<T>(path: string): Promise<T | null> {
    return this.ask<T>("GET", path).catch(unless(404))
  }

  /** Makes something; what is there already under its name stays. @returns whether it is new */
  async make(path: string, body: unknown): Promise<boolean> {
    const made = await this.ask("POST", path, body).catch(unless(409))
    return made !== null
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

const unless =
  (status: number) =>
  (error: unknown): null => {
    if (error instanceof KubernetesError && error.status === status) return null
    throw error
  }

async function read(answer: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of answer) {
    size += (piece as Buffer).length
    if (size > answerBytesMax) throw new Error(`An answer of Kubernetes is longer than ${answerBytesMax / 1024 ** 2} MiB`)
    pieces.push(piece as Buffer)
  }
  const text = Buffer.concat(pieces).toString("utf8")
  return answer.headers["content-type"]?.includes("json") ? JSON.parse(text) : text
}

const messageOf = (answer: unknown): string =>
  typeof answer === "string" ? answer.trim().slice(0, 1000) : String((answer as { message?: unknown } | null)?.message ?? "")
