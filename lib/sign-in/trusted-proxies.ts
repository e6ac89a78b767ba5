import { BlockList, isIP } from "node:net"

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4")

/**
 * Reads TRUSTED_PROXIES: addresses and networks, separated by commas or spaces. This machine is always among them.
 * @returns whether a connection from an address is a proxy's, whose word about where a request came from is taken
 * @throws Error that names the setting and the entry that is neither
 */
export function readTrustedProxies(setting = ""): (address: string) => boolean {
  const trusted = new BlockList()
  trusted.addSubnet("127.0.0.0", 8, "ipv4")
  trusted.addAddress("::1", "ipv6")
  for (const entry of setting.split(/[\s,]+/).filter(Boolean)) {
    const [address = "", given, ...rest] = entry.split("/")
    const longest = isIP(address) === 6 ? 128 : 32
    const prefix = given === undefined ? longest : /^\d{1,3}$/.test(given) ? Number(given) : Number.NaN
    if (isIP(address) === 0 || rest.length > 0 || !(prefix <= longest))
      throw new Error(`TRUSTED_PROXIES: ${entry} is no address or network, such as 10.0.0.5 or 10.0.0.0/8`)
    trusted.addSubnet(address, prefix, familyOf(address))
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, familyOf(address))
}
