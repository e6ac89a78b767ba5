import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { extname, join } from "node:path"
import sirv from "sirv"
import { answerFirst } from "./answer-first.ts"
import { securityHeaders } from "./security-headers.mjs"

const address = "/_next/static/"
const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css" }
/** The codings in which the build has copies of scripts and styles, the smallest first: how names of copies end, and what a browser says that takes them. */
const codings = [
  { name: "br", end: ".br", taken: /\bbr\b/ },
  { name: "gzip", end: ".gz", taken: /\bgzip\b/ },
] as const

type Coding = (typeof codings)[number]["name"]

interface Copy {
  headers: Record<string, string>
  etag: string
  body: Buffer
}

/**
 * Serves the files of the build: scripts and styles as copies that were compressed with it, where Next compresses at each request, and as Brotli where a browser
 * takes that, a seventh smaller. Browsers take Brotli over https and on this machine alone, so that gzip is for everybody else in a network of one's own.
 * Other addresses, and clients that take neither, are left to Next.
 * @param folder the folder `static` of the build
 */
export function serveStaticFiles(server: Pick<Server, "emit">, folder = join(process.cwd(), ".next/static")): void {
  const copies = readCopies(folder)
  const serve = sirv(folder, {
    etag: true,
    immutable: true,
    maxAge: 31_536_000,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    },
  })
  answerFirst(server, (request, response, next) => {
    const { url = "", method, headers } = request
    const accepted = String(headers["accept-encoding"] ?? "")
    const coding = codings.find(({ taken }) => taken.test(accepted))
    if (!url.startsWith(address) || !coding || (method !== "GET" && method !== "HEAD")) return false
    const path = url.slice(address.length).split("?", 1)[0] ?? ""
    const copy = copies[coding.name].get(path)
    if (copy) answer(request, response, copy)
    else if (types[extname(path)]) return false
    else {
      request.url = url.slice(address.length - 1)
      serve(request, response, () => {
        request.url = url
        next()
      })
    }
    return true
  })
}

/**
 * The copies of a build, about two megabytes in all, by their paths. From memory each takes half as much of the processor, and no wait for the file system at several
 * steps: a browser that comes for the first time asks for twenty.
 */
function readCopies(folder: string): Record<Coding, Map<string, Copy>> {
  const copies = { br: new Map<string, Copy>(), gzip: new Map<string, Copy>() }
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : []
  for (const name of names) {
    const coding = codings.find(({ end }) => name.endsWith(end))
    const path = coding && name.slice(0, -coding.end.length)
    const type = path && types[extname(path)]
    if (!type) continue
    const body = readFileSync(join(folder, name))
    const etag = `W/"${body.length}-${statSync(join(folder, name)).mtimeMs}"`
    const headers = {
      ...securityHeaders,
      "content-type": type,
      "content-encoding": coding.name,
      "cache-control": "public,max-age=31536000,immutable",
      vary: "Accept-Encoding",
      etag,
    }
    copies[coding.name].set(path, { headers, etag, body })
  }
  return copies
}

function answer(request: IncomingMessage, response: ServerResponse, { headers, etag, body }: Copy): void {
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(200, { ...headers, "content-length": body.length })
  response.end(request.method === "HEAD" ? undefined : body)
}
