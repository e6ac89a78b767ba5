import { lookup } from "node:dns/promises"
import { BlockList, isIP } from "node:net"
import { networkInterfaces } from "node:os"
import { type EgressLists, type Spec, type TunnelNames, workFiles } from "./executor.ts"

/** Ports that programs reach on every public address without knowing of a proxy. A program in a sandbox cannot listen on any of them. */
const anyPorts = [22, 80, 443, 465, 587, 853, 993, 995]
const proxyPort = 3128
const dnsPort = 53

/** A socket that listens inside a sandbox for the egress proxy outside. Kinds: runner/src/sandbox/egress_proxy/main.py. */
interface Listener {
  kind: "address" | "dns" | "dns-tcp" | "http" | "tunnels"
  host: string
  port: number
}

/** What a sandbox and its egress proxy need to know about the network. */
export interface SandboxNetwork {
  listen: Listener[]
  /** Address families of which every address leads to the sandbox's own sockets. */
  own_families: number[]
  proxy: {
    listen: Listener[]
    allow: string[]
    internet: boolean
    uid: number | null
    tunnels: TunnelNames | null
    /** The first rules, and where the proxy takes others: a path relative to the work dir. */
    rules: { policy: EgressLists; socket: string } | null
  }
}

/** The network of a program: null when it has none at all. */
export async function sandboxNetwork(
  spec: Pick<Spec, "network" | "reach" | "tunnels" | "egress">,
  allow: readonly string[],
  uid: number | null,
): Promise<SandboxNetwork | null> {
  const internet = spec.network === "internet"
  if (!internet && spec.reach.length === 0) return null
  const families = hasIpv6() ? [4, 6] : [4]
  const listen: Listener[] = []
  if (internet) {
    for (const port of anyPorts)
      for (const family of families) listen.push({ kind: "address", host: family === 4 ? "0.0.0.0" : "::", port })
    listen.push({ kind: "dns", host: "127.0.0.1", port: dnsPort }, { kind: "dns-tcp", host: "127.0.0.1", port: dnsPort })
  }
  if (hasProxy(spec)) listen.push({ kind: "http", host: "127.0.0.1", port: proxyPort })
  for (const { host, port } of spec.reach.map(splitAddress)) {
    // A port of all addresses is open already; without a number there is no port to open.
    if (port === null || (internet && anyPorts.includes(port))) continue
    for (const address of await addressesOf(host))
      if (!listen.some((one) => one.host === address && one.port === port) && families.includes(isIP(address)))
        listen.push({ kind: "address", host: address, port })
  }
  // Names of tunnels lead to 127.0.0.1, for programs that ask no proxy.
  const tunnels = (internet && spec.tunnels) || null
  if (tunnels && !listen.some(({ port }) => port === tunnels.port)) listen.push({ kind: "tunnels", host: "127.0.0.1", port: tunnels.port })
  const rules = spec.egress ? { policy: spec.egress, socket: workFiles.egressRules } : null
  return {
    listen,
    own_families: families.map((family) => (family === 4 ? 2 : 10)),
    proxy: { listen, allow: [...spec.reach, ...(internet ? allow : [])], internet, uid, tunnels, rules },
  }
}

/** Addresses of this machine, its link and its cloud, to which no name leads but `localhost`. */
const localIpv4: [string, number][] = [
  ["0.0.0.0", 8],
  ["100.100.100.200", 32],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["192.0.0.0", 24],
  ["168.63.129.16", 32],
  ["224.0.0.0", 3],
]
const localIpv6: [string, number][] = [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fd00:ec2::", 32],
  ["fe80::", 10],
  ["ff00::", 8],
]
const privateIpv4: [string, number][] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
]
const local = blocks(localIpv4, localIpv6)
const loopbackIpv4: [string, number][] = [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
]
const loopback = blocks(loopbackIpv4, [["::", 127]])
/** What is not on the internet. The egress proxy decides for itself, each time; this is for telling people beforehand. */
const notPublicIpv4 = [...localIpv4, ...privateIpv4]
const notPublicIpv6: [string, number][] = [...localIpv6, ["fc00::", 7]]
const notPublic = blocks(notPublicIpv4, notPublicIpv6)

const inWords = (networks: readonly [string, number][]): string[] => networks.map(([network, bits]) => `${network}/${bits}`)
/** The same for networks that are told in words what to keep away from, as address/bits. */
export const notPublicRanges = { ipv4: inWords(notPublicIpv4), ipv6: inWords(notPublicIpv6) }

/**
 * What a program must be able to reach so that it can use an endpoint of its own choice: nothing more than the internet, the
 * addresses that the endpoint's name has now, or a refusal as a sentence.
 */
export async function reachEndpoint(url: string, allow: readonly string[]): Promise<{ reach: string[] } | { refused: string }> {
  const { hostname, port: given, protocol } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, "")
  const port = given ? Number(given) : protocol === "https:" ? 443 : 80
  const found = await addressesOf(host)
  const own = ownAddresses()
  const hidden = found.filter((ip) => own.has(ip) || contains(notPublic, ip))
  const rules = allow.map(splitAddress).filter((rule) => rule.port === null || rule.port === port)
  const refused = hidden.find((ip) => !rules.some((rule) => covers(rule.host, host, ip, own)))
  if (!refused) return { reach: anyPorts.includes(port) && hidden.length === 0 ? [] : found.map((ip) => joinAddress(ip, port)) }
  return {
    refused: `The endpoint ${joinAddress(host, port)} is not at a public address${refused === host ? "" : ` but at ${refused}`}, and runs reach nothing else of the network. The operator can allow it with SANDBOX_ALLOW=${joinAddress(refused, port)}`,
  }
}

/** Whether what an operator allows is this address: as itself, as one of a network, or as one that the endpoint's name may have. */
function covers(rule: string, host: string, ip: string, own: ReadonlySet<string>): boolean {
  if (rule === ip) return true
  if (rule === host) return rule === "localhost" || !(own.has(ip) || contains(local, ip))
  const [network = "", bits] = rule.split("/")
  const family = isIP(network)
  return Boolean(bits) && family === isIP(ip) && contains(blocks(...byFamily(network, Number(bits))), ip)
}

function blocks(ipv4: readonly [string, number][], ipv6: readonly [string, number][]): BlockList {
  const list = new BlockList()
  for (const [network, bits] of ipv4) list.addSubnet(network, bits, "ipv4")
  for (const [network, bits] of ipv6) list.addSubnet(network, bits, "ipv6")
  return list
}

const byFamily = (network: string, bits: number): [[string, number][], [string, number][]] =>
  isIP(network) === 6 ? [[], [[network, bits]]] : [[[network, bits]], []]

/** Whether an address, as host:port, means whatever machine it is used on. */
export function isOfThisMachine(address: string): boolean {
  const host = splitAddress(address).host.split("/")[0] as string
  return host === "localhost" || (isIP(host) !== 0 && contains(loopback, host))
}

const contains = (list: BlockList, ip: string): boolean => list.check(ip, isIP(ip) === 6 ? "ipv6" : "ipv4")

const ownAddresses = (): ReadonlySet<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => one?.address ?? []),
  )

/** The addresses of a host right now; none when it has none. */
export const addressesOf = async (host: string): Promise<string[]> =>
  isIP(host) ? [host] : (await lookup(host, { all: true }).catch(() => [])).map((one) => one.address)

export const joinAddress = (host: string, port: number): string => `${host.includes(":") ? `[${host}]` : host}:${port}`

/** Where a host's name leads right now, each as host:port: a name alone does not lead a sandbox to an address of this machine. */
export const addressesAt = async (host: string, port: number): Promise<string[]> =>
  (await addressesOf(host)).map((address) => joinAddress(address, port))

/** host:port of a web address. */
export function addressOf(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  return joinAddress(hostname.replace(/^\[|\]$/g, ""), Number(port || (protocol === "https:" ? 443 : 80)))
}

/** Of the addresses that an operator allows, those that name one port of one host. */
export const exactAddresses = (allow: readonly string[]): string[] =>
  allow.filter((address) => !address.endsWith(":*") && !address.includes("/"))

/** Whether a sandbox has the HTTP proxy. Without the internet it has no name server either, and the proxy alone knows the names it may reach. */
const hasProxy = ({ network, reach }: Pick<Spec, "network" | "reach">): boolean =>
  network === "internet" || reach.some((address) => isIP(splitAddress(address).host) === 0)

/** Variables that point programs to the sandbox's HTTP proxy; those that are set already stay. */
export function proxyVariables(spec: Pick<Spec, "network" | "reach" | "env">): Record<string, string> {
  if (!hasProxy(spec)) return {}
  const url = `http://127.0.0.1:${proxyPort}`
  // Without the internet there is no name server, and names are the proxy's to look up.
  const known = spec.reach.map((address) => splitAddress(address).host).filter((host) => spec.network === "internet" || isIP(host) !== 0)
  const direct = ["localhost", "127.0.0.1", "::1", ...known]
  const variables: Record<string, string> = {}
  for (const [name, value] of [
    ["HTTP_PROXY", url],
    ["HTTPS_PROXY", url],
    // NLTK takes any proxy for an attack unless it is configured otherwise.
    ["NLTK_ALLOW_PROXIED_URLOPEN", "1"],
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
