import type { WarmProcesses } from "./attempt/warm-processes.ts"
import type { TunnelHost } from "./tunnels/host.ts"
import type { WorkerContext } from "./worker-context.ts"

/** What runs and checks are carried out with. */
export interface Engine extends WorkerContext {
  warm: WarmProcesses
  tunnels: TunnelHost
}
