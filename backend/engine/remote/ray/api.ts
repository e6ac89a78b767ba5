import { EngineServer, type Question, type ServerAccess } from "../engine-server.ts"
import type { RayJob, RayNode, RayUsage } from "./objects.ts"

/** An answer of Ray that is no success. */
export class RayError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** The few calls of Ray's dashboard that an engine needs: its Jobs API, and what its nodes have. */
export class RayApi {
  readonly #server: EngineServer

  constructor(private readonly access: ServerAccess) {
    this.#server = new EngineServer("Ray", access)
  }

  /** @throws RayError for an answer that is no success; Error where there is none within 20 s */
  async ask<T = unknown>(method: Question["method"], path: string, body?: unknown): Promise<T> {
    const { status, answer } = await this.#server.ask({ method, path, body })
    if (status < 300) return answer as T
    const { server, tokenFile } = this.access
    if (status === 401 || status === 403)
      throw new RayError(status, `Ray refuses the token of ${tokenFile} at ${server}: ${lastLine(answer)}`)
    throw new RayError(status, lastLine(answer) || `Ray answered ${status}`)
  }

  /** A job; null where Ray knows none of that name. */
  async job(name: string): Promise<RayJob | null> {
    return this.ask<RayJob>("GET", jobPath(name)).catch((error: unknown) => {
      if (error instanceof RayError && error.status === 404 && /does not exist/.test(error.message)) return null
      throw error
    })
  }

  async nodes(): Promise<RayNode[]> {
    const { data } = await this.ask<{ data: { result: { result: RayNode[] } } }>("GET", "/api/v0/nodes?limit=10000&detail=true")
    return data.result.result
  }

  /** null where no autoscaler counts it. */
  async usage(): Promise<RayUsage | null> {
    const { data } = await this.ask<{ data: { clusterStatus?: { loadMetricsReport?: { usage?: RayUsage } } | null } }>(
      "GET",
      "/api/cluster_status",
    )
    return data.clusterStatus?.loadMetricsReport?.usage ?? null
  }
}

export const jobPath = (name: string): string => `/api/jobs/${encodeURIComponent(name)}`

const lineMax = 1000

/** Of a traceback, what it is about. */
const lastLine = (answer: unknown): string => {
  const lines = (typeof answer === "string" ? answer : JSON.stringify(answer)).split("\n").filter((line) => /\w/.test(line))
  return lines.at(-1)?.trim().slice(0, lineMax) ?? ""
}
