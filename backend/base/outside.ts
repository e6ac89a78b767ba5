import dns from "node:dns"
import { BlockList, isIP, type LookupFunction } from "node:net"
import { networkInterfaces } from "node:os"
import { Agent, buildConnector, type Dispatcher } from "undici"
import type { Config } from "./config.ts"

/** A connection that is not made, because it would not lead to the internet. */
export class AddressRefused extends Error {}

const version = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4")

function blockList(...networks: string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = "", bits] = network.split("/")
    list.addSubnet(address, Number(bits), version(address))
  }
  return list
}

const loopback = blockList("127.0.0.0/8", "::1/128")
/** Links, and where clouds serve secrets to their machines: what no name may lead to. */
const near = blockList(
  "0.0.0.0/8",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "::/128",
  "fe80::/10",
  "fd00:ec2::/32",
)
/** Registered as special (IANA), and so nobody's on the internet. */
const special = blockList(
  "10.0.0.0/8",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // IPv4 hides inside some of these.
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
)
const global6 = blockList("2000::/3")

/** An address as IPv4 where IPv6 only wraps it. */
const unwrapped = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address

const isOwn = (address: string): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some((one) => one.address === address))
const isLocal = (address: string): boolean =>
  loopback.check(address, version(address)) || near.check(address, version(address)) || isOwn(address)

/** Whether an address is on the internet, and not this machine's. */
export const isPublicAddress = (address: string): boolean =>
  !isLocal(address) && !special.check(address, version(address)) && (version(address) === "ipv4" || global6.check(address, "ipv6"))

const onThisMachine = ["localhost", "127.0.0.1", "::1"]

/** Whether only people at this machine reach the platform: what they give may lead to what listens beside it, such as Ollama. */
const isSingleUser = ({ host, publicUrl }: Pick<Config, "host" | "publicUrl">): boolean =>
  [host, new URL(publicUrl).hostname.replace(/^\[|\]$/g, "")].every((name) => onThisMachine.includes(name))

/**
 * Whether a connection to an address may be made on behalf of a person: it is public, or the operator allows it for sandboxes too
 * (SANDBOX_ALLOW), or it is this machine's loopback and nobody is on another one.
 */
function isAllowed(config: Pick<Config, "host" | "publicUrl" | "sandbox">, name: string, port: number, address: string): boolean {
  if (isPublicAddress(address) || (isSingleUser(config) && loopback.check(address, version(address)))) return true
  return config.sandbox.allow.some((entry) => {
    const [, host = "", allowedPort] = /^\[?(.+?)\]?:(\d+|\*)$/.exec(entry) ?? []
    if (allowedPort !== "*" && Number(allowedPort) !== port) return false
    const [network = "", bits] = host.split("/")
    if (isIP(network)) return blockList(`${network}/${bits ?? (isIP(network) === 6 ? 128 : 32)}`).check(address, version(address))
    // A name may change its mind about where it leads, and must not lead to this machine.
    return host.toLowerCase() === name.toLowerCase() && (!isLocal(address) || name === "localhost")
  })
}

/**
 * Sends requests to addresses that people give. What a name leads to is checked as the connection is made, so that it cannot lead
 * elsewhere between a check and the request. Answers may take an hour, as slow models do.
 */
export function outsideDispatcher(config: Pick<Config, "host" | "publicUrl" | "sandbox">): Dispatcher {
  return new Agent({
    headersTimeout: 3_600_000,
    bodyTimeout: 3_600_000,
    connections: null,
    keepAliveTimeout: 30_000,
    connect: (options, callback) => {
      const name = options.hostname.replace(/^\[|\]$/g, "")
      const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80)
      const refusal = (address: string) =>
        new AddressRefused(
          `${name === address ? name : `${name} leads to ${address}, which`} is not a public address. The operator of this platform can allow it: SANDBOX_ALLOW=${name.includes(":") ? `[${name}]` : name}:${port}`,
        )
      if (isIP(name) && !isAllowed(config, name, port, unwrapped(name))) return callback(refusal(name), null)
      const lookup: LookupFunction = (hostname, lookupOptions, found) =>
        dns.lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
          if (error) return found(error, "", 0)
          const allowed = addresses.filter(({ address }) => isAllowed(config, name, port, unwrapped(address)))
          const [first] = allowed
          if (!first) return found(refusal(addresses[0]?.address ?? "nowhere"), "", 0)
          if (lookupOptions.all) return found(null, allowed)
          found(null, first.address, first.family)
        })
      buildConnector({ timeout: 10_000, lookup })(options, callback)
    },
  })
}
