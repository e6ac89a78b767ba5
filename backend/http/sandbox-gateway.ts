import { Readable } from "node:stream"
import { Hono, type Context as HonoContext } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import * as z from "zod"
import { limits } from "../../contract/index.ts"
import { readClaims } from "../base/crypto.ts"
import { ServiceError, toError } from "../base/errors.ts"
import type { Log } from "../base/log.ts"
import { Refusal, type RefusalKind } from "../base/refusal.ts"
import { statusOf } from "./errors.ts"
import { FormError, formFile } from "./form-file.ts"
import { commandEvents, envelope, lastEnvelope, readStart, shellLine } from "./prime/command-session.ts"
import { bodyPieces, readJsonText } from "./read-body.ts"

const statuses: Record<RefusalKind, ContentfulStatusCode> = { invalid: 400, not_found: 404, timeout: 408, too_large: 413, unreachable: 503 }

const commandBodyBytesMax = 8 * 1024 * 1024
const commandSecondsMax = 24 * 60 * 60
const answersWithinMs = 10_000

const Command = z.object({
  command: z.string().min(1).max(limits.commandCharactersMax),
  working_dir: z.string().max(4096).nullish(),
  env: z.record(z.string(), z.string()).nullish(),
  timeout: z.number().positive().max(commandSecondsMax).default(300),
  user: z.string().nullish(),
})
const CommandAnswer = z.object({
  stdout: z.string(),
  stderr: z.string(),
  exit_code: z.int(),
  stdout_cut: z.boolean(),
  stderr_cut: z.boolean(),
})
const connectCodes: Record<RefusalKind, string> = {
  invalid: "invalid_argument",
  not_found: "invalid_argument",
  timeout: "deadline_exceeded",
  too_large: "resource_exhausted",
  unreachable: "unavailable",
}
const keepaliveMs = 10_000

const PathQuery = z.object({ path: z.string().min(1).max(4096) })
const ReadQuery = PathQuery.extend({ offset: z.coerce.number().int().optional(), length: z.coerce.number().int().min(0).optional() })
const UploadAnswer = z.object({ path: z.string(), size: z.int() })
const ReadAnswer = z.object({ content: z.string(), size: z.int(), total_size: z.int(), offset: z.int(), truncated: z.boolean() })

/** A sandbox's own end, as far as the gateway needs it. @throws Refusal for what it cannot do */
export interface SandboxLink {
  ask: <T>(request: object, schema: z.ZodType<T>, options: { signal?: AbortSignal; pieces?: AsyncIterable<Uint8Array> }) => Promise<T>
  download: (path: string, options: { signal?: AbortSignal }) => Promise<{ size: number; body: AsyncIterable<Uint8Array> }>
}

/** The sandboxes of this process. */
export interface KeptSandboxes {
  /** Does something with a sandbox, which is not idle meanwhile; undefined when it is not here, or ended during the work. */
  use: <T>(id: string, work: (link: SandboxLink) => Promise<T>) => Promise<T | undefined>
}

/**
 * Runs commands in sandboxes and moves their files, at the address that POST /sandbox/{id}/auth returns, for clients with the
 * token from there. Paths, bodies and statuses are those that the prime_sandboxes SDK expects.
 */
export function sandboxGateway(kept: KeptSandboxes, { secretKey, log }: { secretKey: Buffer; log: Log }): Hono {
  const app = new Hono()
  app.onError((thrown, c) => {
    if (thrown instanceof Refusal) return c.json({ detail: thrown.message }, statuses[thrown.kind])
    if (thrown instanceof ServiceError) return c.json({ detail: thrown.message }, statusOf(thrown.code))
    if (thrown instanceof FormError) return c.json({ detail: thrown.message }, 400)
    if (thrown instanceof z.ZodError) {
      const [issue] = thrown.issues
      return c.json({ detail: `${issue?.path.join(".") || "body"}: ${issue?.message}` }, 422)
    }
    log.error({ error: toError(thrown).stack, path: c.req.path }, "a request to a sandbox failed")
    return c.json({ detail: "Something went wrong in the platform. Its log has the details." }, 500)
  })

  const handle = (work: (link: SandboxLink, c: HonoContext) => Promise<Response>) => async (c: HonoContext) => {
    const id = c.req.param("id") as string
    if (!isAllowed(secretKey, c.req.header("authorization"), id)) return c.json({ detail: "The token is not valid, or no longer" }, 401)
    const done = await kept.use(id, (link) => work(link, c))
    // The SDK reads this answer as: ask the API why.
    return done ?? c.json({ error: "sandbox_not_found", detail: `The sandbox ${id} is not running here` }, 502)
  }

  app.post(
    "/:ns/:id/exec",
    handle(async (link, c) => {
      return c.json(await execute(link, Command.parse(await jsonOf(c.req.raw)), c.req.raw.signal))
    }),
  )
  // How the SDK runs commands from its version 0.5 on: over Connect RPC, as a stream of events.
  app.post("/:ns/:id/command_session.CommandSession/:method", async (c) => {
    const id = c.req.param("id")
    const isStart = c.req.param("method") === "Start"
    const refusal = !isAllowed(secretKey, c.req.header("authorization"), id)
      ? { code: "unauthenticated", message: "The token is not valid, or no longer" }
      : isStart
        ? null
        : { code: "unimplemented", message: "This platform runs commands from their start to their end: sessions are not offered" }
    if (refusal)
      return isStart
        ? streamOf(async (send) => send(lastEnvelope(refusal)))
        : c.json(refusal, refusal.code === "unauthenticated" ? 401 : 501)
    const pieces: Uint8Array[] = []
    for await (const piece of bodyPieces(c.req.raw.body, { bytesMax: commandBodyBytesMax })) pieces.push(piece)
    const body = Buffer.concat(pieces)
    return streamOf(async (send, gone) => {
      const run = async (link: SandboxLink) => {
        const command = readStart(body)
        const timeout = Math.min((Number(c.req.header("connect-timeout-ms")) || 300_000) / 1000, commandSecondsMax)
        const { cwd: working_dir, env, user } = command
        send(envelope(commandEvents.start(1)))
        return execute(link, { command: shellLine(command), working_dir, env, user, timeout }, gone)
      }
      try {
        const done = await kept.use(id, run)
        if (!done) return send(lastEnvelope({ code: "not_found", message: `The sandbox ${id} is not running here` }))
        if (done.stdout) send(envelope(commandEvents.stdout(done.stdout)))
        if (done.stderr) send(envelope(commandEvents.stderr(done.stderr)))
        send(envelope(commandEvents.end(done.exit_code)))
        send(lastEnvelope())
      } catch (thrown) {
        if (!(thrown instanceof Refusal || thrown instanceof z.ZodError)) log.error({ error: toError(thrown).stack }, "a command failed")
        send(lastEnvelope({ code: thrown instanceof Refusal ? connectCodes[thrown.kind] : "internal", message: toError(thrown).message }))
      }
    })
  })
  app.post(
    "/:ns/:id/upload",
    handle(async (link, c) => {
      const { path } = PathQuery.parse(c.req.query())
      const { body, signal } = c.req.raw
      const endless = { bytesMax: Number.POSITIVE_INFINITY, totalMs: Number.POSITIVE_INFINITY }
      const pieces = formFile(c.req.header("content-type"), bodyPieces(body, endless))
      const done = await link.ask({ do: "upload", path }, UploadAnswer, { pieces, signal })
      return c.json({ success: true, path: done.path, size: done.size, timestamp: new Date().toISOString() })
    }),
  )
  app.get(
    "/:ns/:id/download",
    handle(async (link, c) => {
      const { path } = PathQuery.parse(c.req.query())
      const { size, body } = await link.download(path, { signal: c.req.raw.signal })
      const headers = { "content-type": "application/octet-stream", "content-length": String(size) }
      return new Response(Readable.toWeb(Readable.from(body)) as ReadableStream<Uint8Array>, { headers })
    }),
  )
  app.get(
    "/:ns/:id/read-file",
    handle(async (link, c) => {
      const window = ReadQuery.parse(c.req.query())
      return c.json(await link.ask({ do: "read", ...window }, ReadAnswer, { signal: c.req.raw.signal }))
    }),
  )
  return app
}

/** Runs a command from its start to its end. @throws Refusal when it takes too long */
async function execute(link: SandboxLink, { user, command, working_dir, env, timeout }: z.infer<typeof Command>, signal: AbortSignal) {
  if (user) throw new Refusal("invalid", "user: a sandbox has one user only, and commands run as this one: leave it out")
  const asked = { do: "execute", command, timeout, ...(working_dir ? { working_dir } : {}), ...(env ? { env } : {}) }
  const late = AbortSignal.timeout(timeout * 1000 + answersWithinMs)
  const done = await link.ask(asked, CommandAnswer, { signal: AbortSignal.any([signal, late]) })
  return {
    stdout: withNote(done.stdout, done.stdout_cut),
    stderr: withNote(done.stderr, done.stderr_cut),
    exit_code: done.exit_code,
  }
}

/** A stream of the Connect protocol. Something is sent at least every ten seconds, so that nothing in between takes it for dead. */
function streamOf(write: (send: (message: Buffer) => void, gone: AbortSignal) => Promise<void>): Response {
  const gone = new AbortController()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (message: Buffer) => {
        if (!gone.signal.aborted) controller.enqueue(message)
      }
      const beat = setInterval(() => send(envelope(commandEvents.keepalive())), keepaliveMs)
      write(send, gone.signal)
        .catch(() => {})
        .finally(() => {
          clearInterval(beat)
          if (!gone.signal.aborted) controller.close()
        })
    },
    cancel: () => gone.abort(),
  })
  return new Response(body, { headers: { "content-type": "application/connect+proto" } })
}

/** The body as JSON; undefined for what is none. */
async function jsonOf(request: Request): Promise<unknown> {
  const text = await readJsonText(request, { bytesMax: commandBodyBytesMax })
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isAllowed(secretKey: Buffer, authorization: string | undefined, id: string): boolean {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1]
  const claims = token ? readClaims(secretKey, token) : null
  return claims !== null && claims.sandbox === id && Number(claims.expires) > Date.now()
}

const withNote = (text: string, isCut: boolean): string => (isCut ? `${text}\n[the output went on; this is its first part]\n` : text)
