import "server-only"
import type { Send } from "./transport.ts"

/** Headers that are between the browser and this server alone. */
const ownHeaders = ["host", "cookie", "connection", "content-length", "accept-encoding", "x-hosted-evals-connection"]

const packing = ["content-encoding", "content-length", "transfer-encoding"]

/**
 * Reaches another platform over the network: ours elsewhere, or Prime's. The key never leaves the server.
 * @param apiKey null for requests that carry their own key, or none
 */
export function httpTransport(platformUrl: string, apiKey: string | null): Send {
  const base = platformUrl.replace(/\/+$/, "").replace(/\/api\/v1$/, "")
  return async (request) => {
    const { pathname, search } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of ownHeaders) headers.delete(name)
    if (apiKey !== null) headers.set("authorization", `Bearer ${apiKey}`)
    const hasBody = request.method !== "GET" && request.method !== "HEAD"
    const {
      body,
      status,
      statusText,
      headers: answered,
    } = await fetch(`${base}${pathname}${search}`, {
      method: request.method,
      headers,
      signal: request.signal,
      ...(hasBody ? { body: request.body, duplex: "half" as const } : {}),
    })
    const passedOn = new Headers(answered)
    // The body has been unpacked on the way.
    for (const name of packing) passedOn.delete(name)
    return new Response(body, { status, statusText, headers: passedOn })
  }
}
