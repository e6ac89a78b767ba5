import { timingSafeEqual } from "node:crypto"
import { Gauge, Registry } from "prom-client"
import { hashToken } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { readPlatformState } from "../../store/platform/state.ts"
import { countWorkers } from "../../store/workers/workers.ts"
import type { Services } from "../context.ts"

/**
 * What this process counted, and what the platform is doing, as Prometheus reads it.
 * @param asking the token of the request, and where it came from
 * @throws ServiceError for anyone but who has METRICS_TOKEN; without that setting, for anyone but this machine
 */
export async function readMetrics(services: Services, asking: { token: string | undefined; address: string | undefined }): Promise<string> {
  checkAccess(services, asking)
  const { metrics, db } = services
  const [state, { workers, capacity }] = await Promise.all([readPlatformState(db), countWorkers(db)])
  const platform = new Registry()
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name: `hosted_evals_${name}`, help, registers: [platform] }).set(value)
  gauge("runs_queued", "Runs that wait for a worker", state.queued)
  gauge("runs_waiting_seconds", "How long the run has waited that waits longest", state.waitingSeconds)
  gauge("runs_active", "Runs under way", state.active)
  gauge("sandboxes", "Sandboxes of the API that are there or come", state.sandboxes)
  gauge("workers", "Workers with a recent heartbeat", workers)
  gauge("workers_capacity", "Runs that these can do at once", capacity)
  return Registry.merge([metrics.registry, platform]).metrics()
}

function checkAccess({ config }: Services, { token, address }: { token: string | undefined; address: string | undefined }): void {
  if (config.metricsToken === null) {
    if (address !== undefined && /^(::ffff:)?127(\.\d{1,3}){3}$|^::1$/.test(address)) return
    throw new ServiceError("forbidden", "Metrics are for this machine alone: set METRICS_TOKEN, and send it as Authorization: Bearer TOKEN")
  }
  const isToken = timingSafeEqual(Buffer.from(hashToken(token ?? "")), Buffer.from(hashToken(config.metricsToken)))
  if (!isToken) throw new ServiceError("unauthorized", "Send METRICS_TOKEN as Authorization: Bearer TOKEN")
}
