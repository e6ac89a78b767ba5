import "server-only"
import type { Send } from "./transport.ts"

/** Reaches another platform over the network: ours elsewhere, or Prime's. The key never leaves the server. */
export function httpTransport(platformUrl: string, apiKey: string): Send {
  const base = platformUrl.replace(/\/+$/, "").replace(/\/api\/v1$/, "")
  return async (request) => {
    const { pathname, search } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of ["host", "cookie", "connection", "content-length", "accept-encoding"]) headers.delete(name)
    headers.set("authorization", `Bearer ${apiKey}`)
    const hasBody = request.method !== "GET" && request.method !== "HEAD"
    return fetch(`${base}${pathname}${search}`, {
      method: request.method,
      headers,
      signal: request.signal,
      ...(hasBody ? { body: request.body, duplex: "half" as const } : {}),
    })
  }
}
