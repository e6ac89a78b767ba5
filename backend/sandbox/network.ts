import { lookup } from "node:dns/promises"
import { BlockList, isIP } from "node:net"
import { networkInterfaces } from "node:os"
import type { Spec } from "./executor.ts"

/** Ports that programs reach on every public address without knowing of a proxy. A program in a sandbox cannot listen on any of them. */
const anyPorts = [22, 80, 443, 465, 587, 853, 993, 995]
const proxyPort = 3128
const dnsPort = 53

/** A socket that listens inside a sandbox for the egress proxy outside. Kinds: runner/src/sandbox/egress_proxy/main.py. */
interface Listener {
  kind: "address" | "any" | "dns" | "dns-tcp" | "http"
  host: string
  port: number
}

/** What a sandbox and its egress proxy need to know about the network. */
export interface SandboxNetwork {
  listen: Listener[]
  /** Address families of which every address leads to the sandbox's own sockets. */
  own_families: number[]
  proxy: { listen: Listener[]; allow: string[]; internet: boolean; uid: number | null }
}

/** The network of a program: null when it has none at all. */
export async function sandboxNetwork(
  spec: Pick<Spec, "network" | "reach">,
  allow: readonly string[],
  uid: number | null,
): Promise<SandboxNetwork | null> {
  const internet = spec.network === "internet"
  if (!internet && spec.reach.length === 0) return null
  const families = hasIpv6() ? [4, 6] : [4]
  const listen: Listener[] = []
  if (internet) {
    for (const port of anyPorts) for (const family of families) listen.push({ kind: "any", host: family === 4 ? "0.0.0.0" : "::", port })
    listen.push({ kind: "dns", host: "127.0.0.1", port: dnsPort }, { kind: "dns-tcp", host: "127.0.0.1", port: dnsPort })
    listen.push({ kind: "http", host: "127.0.0.1", port: proxyPort })
  }
  for (const { host, port } of spec.reach.map(splitAddress)) {
    // A port of all addresses is open already; without a number there is no port to open.
    if (port === null || (internet && anyPorts.includes(port))) continue
    const found = isIP(host) ? [{ address: host }] : await lookup(host, { all: true }).catch(() => [])
    for (const { address } of found)
      if (!listen.some((one) => one.kind === "address" && one.host === address && one.port === port) && families.includes(isIP(address)))
        listen.push({ kind: "address", host: address, port })
  }
  return {
    listen,
    own_families: families.map((family) => (family === 4 ? 2 : 10)),
    proxy: { listen, allow: [...spec.reach, ...(internet ? allow : [])], internet, uid },
  }
}

/** Addresses that are not on the internet. The egress proxy decides for itself; this is for telling people beforehand. */
const notPublic = new BlockList()
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["168.63.129.16", 32],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  notPublic.addSubnet(network, bits, "ipv4")
for (const [network, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  notPublic.addSubnet(network, bits, "ipv6")

/**
 * What a program must be able to reach so that it can use an endpoint of its own choice: nothing more than the internet, the
 * endpoint's address, or a refusal as a sentence.
 */
export async function reachEndpoint(url: string, allow: readonly string[]): Promise<{ reach: string[] } | { refused: string }> {
  const { hostname, port: given, protocol } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, "")
  const port = given ? Number(given) : protocol === "https:" ? 443 : 80
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`
  const found = (isIP(host) ? [host] : (await lookup(host, { all: true }).catch(() => [])).map((one) => one.address)) as string[]
  const own = new Set(
    Object.values(networkInterfaces())
      .flat()
      .map((one) => one?.address),
  )
  const hidden = found.find((ip) => own.has(ip) || notPublic.check(ip, isIP(ip) === 6 ? "ipv6" : "ipv4"))
  if (!hidden) return { reach: anyPorts.includes(port) ? [] : [address] }
  const allowed = allow.map(splitAddress).some((rule) => (rule.port === null || rule.port === port) && covers(rule.host, host, hidden))
  if (allowed) return { reach: [address] }
  return {
    refused: `The endpoint ${address} is not at a public address${hidden === host ? "" : ` but at ${hidden}`}, and runs reach nothing else of the network. The operator can allow it with SANDBOX_ALLOW=${address}`,
  }
}

function covers(rule: string, host: string, ip: string): boolean {
  if (rule === host || rule === ip) return true
  const [network = "", bits] = rule.split("/")
  const family = isIP(network)
  if (!bits || family === 0 || family !== isIP(ip)) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family === 6 ? "ipv6" : "ipv4")
  return list.check(ip, family === 6 ? "ipv6" : "ipv4")
}

/** Of the addresses that an operator allows, those that name one port of one host. */
export const exactAddresses = (allow: readonly string[]): string[] =>
  allow.filter((address) => !address.endsWith(":*") && !address.includes("/"))

/** Variables that point programs to the sandbox's HTTP proxy; those that are set already stay. */
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
    for (const variable of [name, name.toLowerCase()])
      if (!(name in spec.env) && !(name.toLowerCase() in spec.env)) variables[variable] = value
  return variables
}

/** Whether this machine reaches IPv6 addresses; a sandbox without them makes clients choose IPv4 at once. */
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
