import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { join } from "node:path"
import sirv from "sirv"
import { contentPolicy } from "./content-policy.mjs"

const address = "/_next/static/"

/**
 * Serves the files of the build: scripts and styles as the Brotli copies that were made with it, a seventh smaller than the gzip that
 * Next makes at each request. Other addresses, and browsers that take no Brotli, are left to Next.
 * @param folder the folder `static` of the build
 */
export function serveStaticFiles(server: Pick<Server, "emit">, folder = join(process.cwd(), ".next/static")): void {
  const serve = sirv(folder, {
    brotli: true,
    etag: true,
    immutable: true,
    maxAge: 31_536_000,
    setHeaders: (response) => {
      response.setHeader("Content-Security-Policy", contentPolicy())
      response.setHeader("X-Content-Type-Options", "nosniff")
      response.setHeader("Referrer-Policy", "same-origin")
    },
  })
  const emit = server.emit as (this: unknown, event: string, ...args: unknown[]) => boolean
  server.emit = function (this: unknown, event: string, ...args: unknown[]): boolean {
    const toNext = () => emit.call(this, event, ...args)
    if (event !== "request") return toNext()
    const [request, response] = args as [IncomingMessage, ServerResponse]
    const { url = "", method, headers } = request
    const takesBrotli = /\bbr\b/.test(String(headers["accept-encoding"] ?? ""))
    if (!url.startsWith(address) || !takesBrotli || (method !== "GET" && method !== "HEAD")) return toNext()
    request.url = url.slice(address.length - 1)
    serve(request, response, () => {
      request.url = url
      toNext()
    })
    return true
  }
}
