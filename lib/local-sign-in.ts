/** The server listens on this machine only, so anyone who reaches it already has access to it. */
export const isLoopback = (): boolean => ["127.0.0.1", "localhost", "::1"].includes(process.env.HOST ?? "127.0.0.1")

/**
 * Whether a request names this server by a name of this machine. Anything else may be a foreign page whose own name was made to
 * point here (DNS rebinding), and must not be signed in.
 */
export function isLocalHost(host: string | null): boolean {
  const name = (host ?? "").replace(/:\d+$/, "").replace(/^\[|\]$/g, "")
  const own = process.env.PUBLIC_URL && URL.canParse(process.env.PUBLIC_URL) ? new URL(process.env.PUBLIC_URL).hostname : ""
  return ["localhost", "127.0.0.1", "::1"].includes(name) || (own !== "" && name === own)
}
