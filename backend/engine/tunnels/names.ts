import type { Config } from "../../base/config.ts"
import type { TunnelNames } from "../../sandbox/executor.ts"

/**
 * How programs in sandboxes get to the tunnels' names, which lead to this machine. Undefined with https: those names are public, and what
 * serves them is not ours.
 */
export function namesOfTunnels({ publicUrl, tunnels }: Pick<Config, "publicUrl" | "tunnels">, proxyPort: number): TunnelNames | undefined {
  const { protocol, port } = new URL(publicUrl)
  return protocol === "http:" ? { domain: tunnels.domain, port: Number(port) || 80, proxyPort } : undefined
}
