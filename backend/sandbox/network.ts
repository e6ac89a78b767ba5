import { lookup } from "node:dns/promises"
import { isIP } from "node:net"
import { networkInterfaces } from "node:os"
import type { Spec } from "./executor.ts"

/** Ports that programs reach on every public address without knowing of a proxy. None of them can be opened by a program in a box. */
const anyPorts = [22, 80, 443, 465, 587, 853, 993, 995]
const proxyPort = 3128
const dnsPort = 53

/** A socket that listens inside a box; its connections are the gate's. Kinds: runner/src/hosted_runner/gate.py. */
interface Listener {
  kind: "door" | "any" | "dns" | "dns-tcp" | "proxy"
  host: string
  port: number
}

/** What a box and its gate need to know of the network. */
export interface BoxNetwork {
  listen: Listener[]
  /** Address families of which every address leads to the box's own sockets. */
  own_families: number[]
  gate: { listen: Listener[]; allow: string[]; internet: boolean; uid: number | null }
}

/** The network of a program: null when it has none at all. */
export async function boxNetwork(spec: Pick<Spec, "network" | "reach">, allow: readonly string[], uid: number | null): Promise<BoxNetwork | null> {
  const internet = spec.network === "internet"
  if (!internet && spec.reach.length === 0) return null
  const families = hasIpv6() ? [4, 6] : [4]
  const listen: Listener[] = []
  if (internet) {
    for (const port of anyPorts) for (const family of families) listen.push({ kind: "any", host: family === 4 ? "0.0.0.0" : "::", port })
    listen.push({ kind: "dns", host: "127.0.0.1", port: dnsPort }, { kind: "dns-tcp", host: "127.0.0.1", port: dnsPort })
    listen.push({ kind: "proxy", host: "127.0.0.1", port: proxyPort })
  }
  for (const { host, port } of spec.reach.map(splitAddress)) {
    // A port of all addresses is open already; without a number there is no port to open.
    if (port === null || (internet && anyPorts.includes(port))) continue
    const found = isIP(host) ? [{ address: host }] : await lookup(host, { all: true }).catch(() => [])
    for (const { address } of found)
      if (!listen.some((one) => one.kind === "door" && one.host === address && one.port === port) && families.includes(isIP(address)))
        listen.push({ kind: "door", host: address, port })
  }
  return {
    listen,
    own_families: families.map((family) => (family === 4 ? 2 : 10)),
    gate: { listen, allow: [...spec.reach, ...(internet ? allow : [])], internet, uid },
  }
}

/** Variables that lead programs which know of proxies to the box's own; what is set already stays. */
export function proxyVariables(spec: Pick<Spec, "network" | "reach" | "env">): Record<string, string> {
  if (spec.network !== "internet") return {}
  const url = `http://127.0.0.1:${proxyPort}`
  const direct = ["localhost", "127.0.0.1", "::1", ...spec.reach.map((address) => splitAddress(address).host)]
  const variables: Record<string, string> = {}
  for (const [name, value] of [
    ["HTTP_PROXY", url],
    ["HTTPS_PROXY", url],
    ["NO_PROXY", [...new Set(direct)].join(",")],
  ] as const)
    for (const spelling of [name, name.toLowerCase()])
      if (!(name in spec.env) && !(name.toLowerCase() in spec.env)) variables[spelling] = value
  return variables
}

/** Whether this machine reaches IPv6 addresses; a box without them lets clients choose IPv4 at once. */
const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces())
    .flat()
    .some((one) => one?.family === "IPv6" && !one.internal && !one.address.startsWith("fe80"))

/** host:port, [host]:port; the port is null for `*`. */
export function splitAddress(address: string): { host: string; port: number | null } {
  const at = address.lastIndexOf(":")
  const port = address.slice(at + 1)
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ""), port: port === "*" ? null : Number(port) }
}
