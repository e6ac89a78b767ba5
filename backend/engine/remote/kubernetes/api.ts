import { EngineServer, type Question, type ServerAccess } from "../engine-server.ts"

/** How a cluster is asked. A service account's token is replaced every hour. */
export interface KubernetesAccess extends ServerAccess {
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

/**
 * The few calls of Kubernetes that an engine needs. The official client is 68 packages, of which the newest does not load on Node 20.
 */
export class KubernetesApi {
  readonly #server: EngineServer

  constructor(readonly access: KubernetesAccess) {
    this.#server = new EngineServer("Kubernetes", access)
  }

  /** Paths of what lies in the namespace: of the core group, or of another, such as `batch/v1`. */
  path(kind: string, name = "", group = ""): string {
    return `${group ? `/apis/${group}` : "/api/v1"}/namespaces/${this.access.namespace}/${kind}${name && `/${name}`}`
  }

  /**
   * @param path below the server's address, with its query
   * @throws KubernetesError for an answer that is no success; Error where there is none within 20 s
   */
  async ask<T = unknown>(method: Question["method"], path: string, body?: unknown): Promise<T> {
    const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json"
    const { status, answer } = await this.#server.ask({ method, path, body, contentType })
    if (status < 300) return answer as T
    throw new KubernetesError(status, messageOf(answer) || `Kubernetes answered ${status}`)
  }

  /** The same, and null where there is no such thing. */
  async find<T>(path: string): Promise<T | null> {
    return this.ask<T>("GET", path).catch(unless(404))
  }

  /** Makes something; what is there already under its name stays. @returns what was made, and null where it was there */
  async make<T>(path: string, body: unknown): Promise<T | null> {
    return this.ask<T>("POST", path, body).catch(unless(409))
  }
}

const unless =
  (status: number) =>
  (error: unknown): null => {
    if (error instanceof KubernetesError && error.status === status) return null
    throw error
  }

const messageOf = (answer: unknown): string =>
  typeof answer === "string" ? answer.trim().slice(0, 1000) : String((answer as { message?: unknown } | null)?.message ?? "")
