import { type Dispatcher, request } from "undici"
import { ServiceError } from "../../../base/errors.ts"
import { AddressRefused } from "../../../base/outside.ts"

/** What is wrong with a repository or its server, in a sentence for whoever gave the address. */
export const unreadable = (message: string) => new ServiceError("invalid", message)

const redirectsMax = 3
const listBytesMax = 8 * 1024 ** 2

/** A repository behind an address, as git's protocol version 2 speaks over HTTP (gitprotocol-v2). Every connection goes through the guard. */
export class Remote {
  #features = new Map<string, string>()

  private constructor(
    private url: URL,
    private readonly options: { dispatcher: Dispatcher; signal: AbortSignal; token: string | null },
    private readonly origin = url.origin,
  ) {}

  /** @throws ServiceError */
  static async open(url: URL, options: { dispatcher: Dispatcher; signal: AbortSignal; token: string | null }): Promise<Remote> {
    const remote = new Remote(new URL(url), options)
    await remote.#greet()
    return remote
  }

  /** Whether a fetch may leave out what it does not name. */
  get filters(): boolean {
    return (this.#features.get("fetch") ?? "").split(" ").includes("filter")
  }

  /** Whether the server names objects as this reader does. */
  async #greet(): Promise<void> {
    const { body, url } = await this.#get("/info/refs?service=git-upload-pack")
    // Whoever answers from elsewhere is asked there from now on.
    this.url = new URL(url.href.replace(/\/info\/refs\?.*$/, ""))
    const lines = linesOf(await bytesOf(body, listBytesMax)).map((line) => line?.toString().trimEnd())
    if (!lines.includes("version 2"))
      throw unreadable("There is no git repository at this address that answers in version 2 of git's protocol")
    for (const line of lines.slice(lines.indexOf("version 2") + 1)) {
      const [name = "", value = ""] = line?.split(/=(.*)/s) ?? []
      this.#features.set(name, value)
    }
    if ((this.#features.get("object-format") ?? "sha1") !== "sha1")
      throw unreadable("The repository names its objects by SHA-256, which is not read here")
  }

  /** The commit that a branch, a tag or HEAD stands for; undefined for one that is not there. */
  async resolve(ref: string | null): Promise<string | undefined> {
    const names = ref === null ? ["HEAD"] : [`refs/heads/${ref}`, `refs/tags/${ref}`, ref]
    const body = await this.#post(["command=ls-refs", null, "peel", ...names.map((name) => `ref-prefix ${name}`), undefined])
    const found = new Map<string, string>()
    for (const line of linesOf(await bytesOf(body, listBytesMax))) {
      const [oid = "", name = "", ...more] = line?.toString().trimEnd().split(" ") ?? []
      const peeled = more.find((one) => one.startsWith("peeled:"))?.slice("peeled:".length)
      found.set(name, peeled ?? oid)
    }
    for (const name of names) {
      const oid = found.get(name)
      if (oid !== undefined) return oid
    }
    return ref !== null && /^[0-9a-f]{40}$/.test(ref) ? ref : undefined
  }

  /** The pack of these objects without their history. @param withoutFiles leaves out what files hold, where the server can */
  async fetchPack(oids: readonly string[], { withoutFiles, bytesMax }: { withoutFiles: boolean; bytesMax: number }): Promise<Buffer> {
    const wants = oids.map((oid) => `want ${oid}`)
    const filter = withoutFiles && this.filters ? ["filter blob:none"] : []
    const depth = withoutFiles ? ["deepen 1"] : []
    const body = await this.#post(["command=fetch", null, "no-progress", "ofs-delta", ...depth, ...filter, ...wants, "done", undefined])
    // Each line of the pack is prefixed with five bytes, and holds at most 65 thousand.
    const answer = await bytesOf(body, bytesMax + bytesMax / 1000 + 65_536)
    const pieces: Buffer[] = []
    let isPack = false
    for (const line of linesOf(answer)) {
      if (!line) continue
      if (!isPack) {
        const text = line.toString().trimEnd()
        if (text.startsWith("ERR ")) throw unreadable(`The repository's server answers: ${text.slice(4, 300)}`)
        isPack = text === "packfile"
      } else if (line[0] === 1) pieces.push(line.subarray(1))
      else if (line[0] === 3) throw unreadable(`The repository's server answers: ${line.toString("utf8", 1, 300).trim()}`)
    }
    return Buffer.concat(pieces)
  }

  async #get(path: string): Promise<{ body: AsyncIterable<Buffer>; url: URL }> {
    let url = new URL(this.url.href + path)
    for (let redirects = 0; ; redirects++) {
      const { statusCode, headers, body } = await this.#ask(url, {})
      const location = headers.location
      if (statusCode < 300 || statusCode >= 400 || typeof location !== "string") {
        await requireOk(statusCode, body)
        return { body, url }
      }
      await body.dump()
      if (redirects === redirectsMax || !URL.canParse(location, url))
        throw unreadable(`The address leads on more than ${redirectsMax} times`)
      const next = new URL(location, url)
      if (!isGitAddress(next)) throw unreadable(`The address leads on to ${next.protocol}//${next.host}, which is not https`)
      if (!next.href.includes("/info/refs?")) throw unreadable("The address leads on to something that is no git repository")
      url = next
    }
  }

  /** Sends a command: null stands for a delimiter, undefined for the end. */
  async #post(lines: readonly (string | null | undefined)[]): Promise<AsyncIterable<Buffer>> {
    const body = Buffer.from(lines.map((line) => (line === null ? "0001" : line === undefined ? "0000" : packetOf(`${line}\n`))).join(""))
    const headers = { "content-type": "application/x-git-upload-pack-request", accept: "application/x-git-upload-pack-result" }
    const answer = await this.#ask(new URL(`${this.url.href}/git-upload-pack`), { method: "POST", headers, body })
    await requireOk(answer.statusCode, answer.body)
    return answer.body
  }

  async #ask(
    url: URL,
    { method = "GET", headers = {}, body }: { method?: "GET" | "POST"; headers?: Record<string, string>; body?: Buffer },
  ) {
    const { dispatcher, signal, token } = this.options
    // A token is for the server that it was given for.
    const auth =
      token !== null && url.origin === this.origin
        ? { authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}` }
        : {}
    const all = { "git-protocol": "version=2", "user-agent": "git/hosted-evals", ...headers, ...auth }
    try {
      return await request(url, { dispatcher, signal, method, headers: all, ...(body ? { body } : {}) })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof AddressRefused) throw unreadable(error.message)
      throw unreadable(`${url.host} could not be reached: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

const localNames = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Only git over https; http only to this machine, where nobody listens in. Whether that may be asked at all, the guard decides. */
export const isGitAddress = (url: URL): boolean => url.protocol === "https:" || (url.protocol === "http:" && localNames.has(url.hostname))

const packetOf = (text: string): string => (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text

/** The lines of an answer (gitprotocol-common), null for what stands between them. */
function linesOf(answer: Buffer): (Buffer | null)[] {
  const lines: (Buffer | null)[] = []
  for (let at = 0; at + 4 <= answer.length; ) {
    const head = answer.toString("latin1", at, at + 4)
    if (!/^[0-9a-f]{4}$/i.test(head)) throw unreadable("What is at this address does not answer as a git repository does")
    const length = Number.parseInt(head, 16)
    if (length < 4) {
      lines.push(null)
      at += 4
    } else {
      if (at + length > answer.length) throw unreadable("The answer of the repository's server did not come whole")
      lines.push(answer.subarray(at + 4, at + length))
      at += length
    }
  }
  return lines
}

async function bytesOf(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > bytesMax)
      throw unreadable(
        `The repository sends more than ${Math.floor(bytesMax / 1024 ** 2)} MB: name a smaller one, or publish with prime env push`,
      )
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

async function requireOk(status: number, body: { dump: () => Promise<void> }): Promise<void> {
  if (status === 200) return
  await body.dump()
  if (status === 401 || status === 403 || status === 404)
    throw unreadable(`There is no repository at this address, or it needs a token (the server answered ${status})`)
  throw unreadable(`The repository's server answered ${status}`)
}
