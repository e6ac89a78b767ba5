import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client"

/** Counts of this process for Prometheus. */
export class Metrics {
  readonly registry = new Registry()
  readonly #requests = new Counter({
    name: "hosted_evals_http_requests_total",
    help: "Requests that were answered, by the API's own addresses",
    labelNames: ["method", "path", "status"],
    registers: [this.registry],
  })
  readonly #seconds = new Histogram({
    name: "hosted_evals_http_request_seconds",
    help: "How long requests took until their answer began",
    labelNames: ["method", "path"],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  })
  readonly #waits = new Histogram({
    name: "hosted_evals_http_wait_seconds",
    help: "How long requests waited before they were begun: uploads for others of the same caller (upload), and what has an API key for its turn (turn)",
    labelNames: ["reason"],
    buckets: [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  })

  constructor() {
    collectDefaultMetrics({ register: this.registry })
  }

  /** Counts one answer. @param path as the contract writes it, so that there are only so many */
  observe(request: { method: string; path: string }, status: number, ms: number): void {
    this.#requests.inc({ ...request, status })
    this.#seconds.observe(request, ms / 1000)
  }

  /** Counts one wait before a request was begun, also one that was given up. */
  observeWait(reason: "upload" | "turn", ms: number): void {
    this.#waits.observe({ reason }, ms / 1000)
  }
}
