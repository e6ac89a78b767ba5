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

  constructor() {
    collectDefaultMetrics({ register: this.registry })
  }

  /** Counts one answer. @param path as the contract writes it, so that there are only so many */
  observe(request: { method: string; path: string }, status: number, ms: number): void {
    this.#requests.inc({ ...request, status })
    this.#seconds.observe(request, ms / 1000)
  }
}
