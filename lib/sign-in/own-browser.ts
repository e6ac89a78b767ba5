import { connectionOf } from "./connection.ts"
import { socketOwner } from "./socket-owner.ts"

const localNames = ["localhost", "127.0.0.1", "::1"]

/** The name in a Host header, without port and brackets. */
const nameOf = (host: string | null): string => (host ?? "").replace(/:\d+$/, "").replace(/^\[|\]$/g, "")

const publicName = (): string | null => {
  const url = process.env.PUBLIC_URL
  return url ? (URL.canParse(url) ? nameOf(new URL(url).host) : "") : null
}

/** The server listens on this machine only. */
const isLoopback = (): boolean => localNames.includes(process.env.HOST || "127.0.0.1")

/**
 * Whether a request names this server by a name that it has. Anything else may be a foreign page whose own name was made to point
 * here (DNS rebinding). Where the platform listens on the network its names are not known, and its cookies are bound to each.
 */
export function isOwnName(host: string | null): boolean {
  const name = nameOf(host)
  return !isLoopback() || localNames.includes(name) || (name !== "" && name === publicName())
}

/**
 * Whether a request comes from a browser of the person who started the platform, by all that can be known: being on this machine is
 * not an identity, since others may use it too, or reach it through something that passes requests on.
 */
export async function isOwnBrowser(headers: Headers): Promise<boolean> {
  if (!isLoopback() || !localNames.includes(publicName() ?? "localhost") || !localNames.includes(nameOf(headers.get("host")))) return false
  if (!["none", "same-origin"].includes(headers.get("sec-fetch-site") ?? "")) return false
  const connection = connectionOf(headers)
  if (!connection || connection.forwarded) return false
  const owner = await socketOwner(connection)
  return owner !== null && owner === process.getuid?.()
}
