import { execFile, execFileSync, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { deflateSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { outsideDispatcher } from "../../../base/outside.ts"
import { newUser } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import { fetchGitFiles } from "./fetch-git-files.ts"

const platform = testPlatform()
const run = promisify(execFile)
const backend = path.join(execFileSync("git", ["--exec-path"]).toString().trim(), "git-http-backend")

let folder = ""
let base = ""
let server: Server
let answers: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null
const asked: { method: string; url: string; authorization: string | undefined }[] = []

const git = async (...args: string[]) =>
  (
    await run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@lab.example", "-c", "protocol.file.allow=always", ...args], {
      cwd: path.join(folder, "work"),
      env: { ...process.env, GIT_CONFIG_NOSYSTEM: "1", HOME: folder },
    })
  ).stdout.trim()
const write = async (name: string, text: string | Buffer) => {
  const file = path.join(folder, "work", name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
}

/** Git's own server, as a web server starts it (git-http-backend). */
function serveGit(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "", "http://git")
  const { authorization, "content-type": type, "git-protocol": protocol } = request.headers
  asked.push({ method: request.method ?? "", url: request.url ?? "", authorization })
  if (answers?.(request, response)) return
  const env = {
    PATH: process.env.PATH,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: type,
    ...(protocol ? { GIT_PROTOCOL: String(protocol) } : {}),
  }
  const child = spawn(backend, { env: env as unknown as NodeJS.ProcessEnv })
  request.pipe(child.stdin)
  let head = Buffer.alloc(0)
  let isBody = false
  child.stdout.on("data", (piece: Buffer) => {
    if (isBody) return void response.write(piece)
    head = Buffer.concat([head, piece])
    const end = head.indexOf("\r\n\r\n")
    if (end < 0) return
    isBody = true
    for (const line of head.toString("latin1", 0, end).split("\r\n")) {
      const [name = "", value = ""] = line.split(/: (.*)/s)
      if (name === "Status") response.statusCode = Number.parseInt(value, 10)
      else response.setHeader(name, value)
    }
    response.write(head.subarray(end + 4))
  })
  child.stdout.on("end", () => response.end())
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "he-git-"))
  await mkdir(path.join(folder, "work"))
  await git("init", "-q", "-b", "main")
  await write("README.md", "A collection\n")
  await write("environments/echo/pyproject.toml", '[project]\nname = "echo"\nversion = "0.1.0"\n')
  await write("environments/echo/echo.py", `${"x = 1\n".repeat(4000)}`)
  await write("environments/echo/data/größe.txt", "ü")
  await write("environments/echo/pixels.bin", Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 251)))
  await symlink("/etc/passwd", path.join(folder, "work/environments/echo/passwd"))
  await git("add", ".")
  await git("commit", "-qm", "first")
  await git("tag", "-am", "a tag", "v1")
  await write("environments/echo/echo.py", `${"x = 1\n".repeat(4000)}y = 2\n`)
  await git("add", ".")
  await git("commit", "-qm", "second")
  await git("checkout", "-qb", "topic/one")
  await write("environments/echo/topic.py", "t = 1\n")
  await git("-c", "advice.addEmbeddedRepo=false", "submodule", "-q", "add", path.join(folder, "work"), "environments/echo/sub")
  await git("add", ".")
  await git("commit", "-qm", "topic")
  await git("checkout", "-q", "main")
  await git("clone", "-q", "--bare", ".", "../repo.git")
  await git("--git-dir", "../repo.git", "repack", "-qad", "--depth=50")
  server = createServer(serveGit)
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 60_000)
afterAll(async () => {
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

const reader = async () => newUser(platform(), `git-${Math.random().toString(36).slice(2)}`)
const fetched = async (request: { ref?: string; folder?: string; token?: string; url?: string } = {}) => {
  const { commit, files } = await fetchGitFiles(await reader(), { url: `${base}/repo.git`, ...request })
  return { commit, files: new Map(files.map((file) => [file.path, Buffer.from(file.bytes)])) }
}

test.each([["whole objects at once", "false"] as const, ["only the files of the folder", "true"] as const])(
  "reads a branch, a tag, a commit and HEAD from git's own server, by %s",
  async (_, allowFilter) => {
    await git("--git-dir", "../repo.git", "config", "uploadpack.allowFilter", allowFilter)
    const head = await git("rev-parse", "main")
    const whole = await fetched()
    expect(whole.commit).toBe(head)
    expect([...whole.files.keys()].sort()).toEqual(
      ["README.md", ...["data/größe.txt", "echo.py", "pixels.bin", "pyproject.toml"].map((name) => `environments/echo/${name}`)].sort(),
    )
    const { files } = await fetched({ folder: "environments/echo/" })
    expect([...files.keys()].sort()).toEqual(["data/größe.txt", "echo.py", "pixels.bin", "pyproject.toml"])
    for (const [name, bytes] of files)
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(
        createHash("sha256")
          .update(
            (await run("git", ["show", `main:environments/echo/${name}`], { cwd: path.join(folder, "work"), encoding: "buffer" })).stdout,
          )
          .digest("hex"),
      )
    expect((await fetched({ ref: "v1", folder: "environments/echo" })).files.get("echo.py")?.toString()).not.toContain("y = 2")
    // Neither the submodule nor the link is there.
    const topic = await fetched({ ref: "topic/one", folder: "environments/echo" })
    expect([...topic.files.keys()].sort()).toEqual(["data/größe.txt", "echo.py", "pixels.bin", "pyproject.toml", "topic.py"])
    const first = await git("rev-parse", "v1^{commit}")
    expect((await fetched({ ref: first })).commit).toBe(first)
  },
)

test("what is not there is said, and what is no repository, too", async () => {
  const refusal = async (request: Parameters<typeof fetched>[0]) =>
    fetched(request).then(
      () => "none",
      (error: Error) => error.message,
    )
  expect(await refusal({ ref: "gone" })).toBe('The repository has no branch, tag or commit "gone"')
  expect(await refusal({ folder: "environments/none" })).toBe('The repository has no folder "environments/none"')
  expect(await refusal({ folder: "../work" })).toBe('The repository has no folder "../work"')
  expect(await refusal({ url: `${base}/none.git` })).toContain("needs a token (the server answered 404)")
  expect(await refusal({ url: "http://127.0.0.1:9/x" })).toContain("could not be reached")
  answers = (_, response) => Boolean(response.end("<html>hello</html>"))
  expect(await refusal({})).toBe("What is at this address does not answer as a git repository does")
  answers = null
})

test("only https, no password in the address, and a token goes to its own server only", async () => {
  const ctx = await reader()
  for (const url of ["http://git.example/a", "ssh://git@git.example/a", "file:///etc", "git://git.example/a", "ext::sh -c id"])
    await expect(fetchGitFiles(ctx, { url }), url).rejects.toMatchObject({
      problems: [{ path: ["url"], message: "must begin with https://" }],
    })
  await expect(fetchGitFiles(ctx, { url: "https://ada:secret@git.example/a" })).rejects.toThrow("must not hold a password")

  const basic = `Basic ${Buffer.from("x-access-token:sesame").toString("base64")}`
  asked.length = 0
  await fetched({ token: "sesame" })
  expect(asked.map(({ authorization }) => authorization)).toEqual(asked.map(() => basic))
  const other = createServer((request, response) => void response.writeHead(302, { location: `${base}${request.url}` }).end())
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done))
  asked.length = 0
  const moved = await fetched({ token: "sesame", url: `http://127.0.0.1:${(other.address() as AddressInfo).port}/repo.git` })
  other.close()
  expect(moved.files.size).toBe(5)
  expect(asked.length).toBeGreaterThan(2)
  expect(asked.map(({ authorization }) => authorization)).toEqual(asked.map(() => undefined))
  answers = (_, response) => Boolean(response.writeHead(301, { location: "http://git.example/x/info/refs?service=git-upload-pack" }).end())
  await expect(fetched()).rejects.toThrow("leads on to http://git.example, which is not https")
  answers = (request, response) => Boolean(response.writeHead(301, { location: request.url }).end())
  await expect(fetched()).rejects.toThrow("leads on more than 3 times")
  answers = null
})

test("addresses inside of the network are refused, whatever leads there", async () => {
  const ctx = await reader()
  const config = {
    ...platform().config,
    host: "0.0.0.0",
    publicUrl: "https://evals.lab",
    sandbox: { ...platform().config.sandbox, allow: [] },
  }
  const guarded = { ...ctx, outside: outsideDispatcher(config) }
  await expect(fetchGitFiles(guarded, { url: `${base}/repo.git` })).rejects.toThrow("not a public address")
  for (const url of ["https://169.254.169.254/a", "https://10.0.0.1/a", "https://[::1]/a", "https://localhost/a"])
    await expect(fetchGitFiles(guarded, { url }), url).rejects.toThrow("not a public address")
})

const packet = (bytes: Buffer | string) => {
  const body = Buffer.from(bytes)
  return Buffer.concat([Buffer.from((body.length + 4).toString(16).padStart(4, "0")), body])
}
/** A server that answers with a pack of its own making. */
function sendsPack(objects: Buffer[], { count = objects.length } = {}): void {
  const head = Buffer.alloc(12)
  head.write("PACK")
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(count, 8)
  const body = Buffer.concat([head, ...objects])
  const pack = Buffer.concat([body, createHash("sha1").update(body).digest()])
  answers = (request, response) => {
    if (request.method === "GET")
      response.end(Buffer.concat([packet("version 2\n"), packet("ls-refs\n"), packet("fetch=shallow\n"), Buffer.from("0000")]))
    else {
      let text = ""
      request.on("data", (piece) => {
        text += piece
      })
      request.on("end", () => {
        if (text.includes("ls-refs")) return response.end(Buffer.concat([packet(`${"a".repeat(40)} HEAD\n`), Buffer.from("0000")]))
        const pieces = [packet("packfile\n")]
        for (let at = 0; at < pack.length; at += 60_000)
          pieces.push(packet(Buffer.concat([Buffer.from([1]), pack.subarray(at, at + 60_000)])))
        response.end(Buffer.concat([...pieces, Buffer.from("0000")]))
      })
    }
    return true
  }
}
/** An object as a pack has it. @param claimed the size in its header */
function packed(type: number, content: Buffer, claimed = content.length): Buffer {
  const head: number[] = []
  let [byte, rest] = [(type << 4) | (claimed & 15), Math.floor(claimed / 16)]
  while (rest > 0) {
    head.push(byte | 128)
    byte = rest & 127
    rest = Math.floor(rest / 128)
  }
  return Buffer.concat([Buffer.from([...head, byte]), deflateSync(content)])
}

test("a pack that swells, lies or breaks off is refused, and takes no memory", async () => {
  const zeros = Buffer.alloc(100 * 1024 ** 2)
  const cases: [Buffer[], { count?: number }, string][] = [
    [[packed(3, zeros, 2000 * 1024 ** 2)], {}, "larger than 128 MB"],
    [[packed(3, zeros, 10)], {}, "broken, or larger than it says"],
    [[packed(3, zeros), packed(3, zeros)], {}, "larger than 128 MB"],
    [[packed(3, Buffer.from("x"), 5)], {}, "not as large as it says"],
    [[packed(3, Buffer.from("x"))], { count: 3 }, "ends too early"],
    [[], { count: 4_000_000_000 }, "more than 200,000"],
    [[packed(5, Buffer.from("x"))], {}, "something unknown"],
    [[Buffer.concat([Buffer.from([0x71]), Buffer.alloc(20, 7), deflateSync(Buffer.from("x"))])], {}, "builds on what it does not hold"],
    [[packed(3, Buffer.from("x"))], {}, "did not send what was asked for"],
  ]
  for (const [objects, options, message] of cases) {
    sendsPack(objects, options)
    const before = process.memoryUsage().rss
    await expect(fetched(), message).rejects.toThrow(message)
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 ** 2)
  }
  answers = null
})

test("a request over HTTP answers with an archive and the commit", async () => {
  const { status, body } = await platform().call("POST", "/git-files", { url: `${base}/repo.git`, ref: "ma in" })
  expect([status, body.errors[0].param]).toEqual([422, "ref"])
  const answer = await platform().fetch(
    new Request("http://platform.test/api/v1/git-files", {
      method: "POST",
      headers: { authorization: "Bearer he_test_key_of_the_local_user", "content-type": "application/json" },
      body: JSON.stringify({ url: `${base}/repo.git`, folder: "environments/echo" }),
    }),
    null,
  )
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("x-git-commit")]).toEqual([
    200,
    "application/zip",
    await git("rev-parse", "main"),
  ])
  expect(Buffer.from(await answer.arrayBuffer()).toString("latin1", 0, 2)).toBe("PK")
})
