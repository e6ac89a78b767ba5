// A cluster that keeps what it is told in memory: as much of Kubernetes' API as the engine asks of it. Its pods are played by `play`.
import { createServer } from "node:http"

/**
 * @typedef {{ name: string, token: string }} Pod what a node needs to play an attempt
 * @typedef {{ name: string, uid: string, suspend: boolean, token: string, phase: "Pending" | "Running" | "Succeeded" }} Job
 */

/** Jobs of one namespace, on so many nodes: each has room for one, and the others wait. */
export class Cluster {
  /** @type {Map<string, Job>} */
  #jobs = new Map()
  /** @type {Job[]} */
  #waiting = []
  #running = 0
  #made = 0
  #server = createServer((request, response) => void this.#answer(request, response))
  nodes = 0

  /** @param {(pod: Pod) => Promise<void>} play settles when the pod has ended  @param {(name: string) => void} stop ends one */
  constructor(play, stop) {
    this.play = play
    this.stop = stop
  }

  /** @returns {Promise<string>} its address */
  async listen() {
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", () => done(undefined)))
    this.#server.keepAliveTimeout = 60_000
    return `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (this.#server.address()).port}`
  }

  close() {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** How many jobs wait for a node, and how many nodes have one. */
  get state() {
    return { waiting: this.#waiting.length, running: this.#running }
  }

  /** Gives the nodes that are free a job each. */
  fill() {
    while (this.#running < this.nodes) {
      const job = this.#waiting.shift()
      if (!job) return
      if (this.#jobs.get(job.name) !== job) continue
      this.#running++
      job.phase = "Running"
      void this.play(job).finally(() => {
        job.phase = "Succeeded"
        this.#running--
        this.fill()
      })
    }
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async #answer(request, response) {
    const pieces = []
    for await (const piece of request) pieces.push(piece)
    const url = new URL(String(request.url), "http://cluster")
    const [status, body] = this.#do(
      String(request.method),
      url,
      pieces.length > 0 ? JSON.parse(Buffer.concat(pieces).toString() || "{}") : {},
    )
    response.writeHead(status, { "content-type": "application/json" })
    response.end(JSON.stringify(body))
  }

  /** @param {string} method @param {URL} url @param {any} body @returns {[number, object]} */
  #do(method, url, body) {
    const [, kind = "", name = ""] = /\/namespaces\/[^/]+\/(\w+)(?:\/([^/]+))?$/.exec(url.pathname) ?? []
    if (kind === "jobs") return this.#doJob(method, name || body.metadata?.name, body, name === "")
    if (kind === "secrets") return this.#start(body.metadata.name, body.stringData.token)
    if (kind === "networkpolicies") return [201, {}]
    if (kind === "pods") {
      const job = this.#jobs.get((url.searchParams.get("labelSelector") ?? "").split("=")[1] ?? "")
      const metadata = { name: "pod", uid: "pod", creationTimestamp: "2026-01-01T00:00:00Z" }
      return [200, { items: job && !job.suspend ? [{ metadata, spec: {}, status: { phase: job.phase } }] : [] }]
    }
    return kind === "events" ? [200, { items: [] }] : [404, { message: `This cluster has no ${url.pathname}` }]
  }

  /** @param {string} method @param {string} name @param {any} body @param {boolean} isList @returns {[number, object]} */
  #doJob(method, name, body, isList) {
    if (method === "GET" && isList) return [200, { items: [...this.#jobs.values()].map(objectOf) }]
    const job = this.#jobs.get(name)
    if (method === "POST") {
      if (job) return [409, { message: `${name} is there already` }]
      const made = {
        name,
        uid: String(++this.#made),
        suspend: Boolean(body.spec.suspend),
        token: "",
        phase: /** @type {const} */ ("Pending"),
      }
      this.#jobs.set(name, made)
      return [201, objectOf(made)]
    }
    if (!job) return [404, { message: `There is no ${name}` }]
    if (method === "PATCH" && body.spec.suspend === false && job.suspend) {
      job.suspend = false
      this.#waiting.push(job)
      this.fill()
    }
    if (method === "DELETE") {
      this.#jobs.delete(name)
      this.stop(name)
    }
    return [200, objectOf(job)]
  }

  /** @param {string} name @param {string} token @returns {[number, object]} */
  #start(name, token) {
    const job = this.#jobs.get(name)
    if (job) job.token = token
    return [201, {}]
  }
}

/** @param {Job} job */
const objectOf = ({ name, uid, suspend, phase }) => ({
  metadata: { name, uid, creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { suspend },
  status: phase === "Succeeded" ? { conditions: [{ type: "Complete", status: "True" }] } : { ready: phase === "Running" ? 1 : 0 },
})
