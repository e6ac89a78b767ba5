import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer, type Server as NetServer, type Socket } from "node:net"
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from "ssh2"
import { listeningHosts } from "../../base/config.ts"
import { toError } from "../../base/errors.ts"
import type { AgentLink } from "../../sandbox/agent-link.ts"
import type { Terminal } from "../../sandbox/agent-session.ts"
import { joinAddress } from "../../sandbox/network.ts"
import { findInstance } from "../../store/instances/instances.ts"
import { listDoorKeys } from "../../store/instances/ssh-keys.ts"
import type { EngineServices } from "../worker-context.ts"
import { hostKey } from "./host-key.ts"
import { carry } from "./ssh-channel.ts"

const connectionsMax = 512
/** How long a client may take to say who it is, and how many keys it may try. */
const signInMs = 30_000
const triesMax = 30
/** So that a client that is gone without a word does not keep an instance in use. */
const keepaliveMs = 30_000
const keepalivesMax = 4
const channelsMax = 10

/** The instances of this process. */
export interface KeptInstances {
  /** Does something with an instance; undefined when it is not here, or ended during the work. */
  use: <T>(id: string, work: (link: AgentLink) => Promise<T>) => Promise<T | undefined>
  /** Connects with a port of an instance; undefined when it is not here. @throws Refusal */
  connect: (id: string, port: number) => Promise<Socket | undefined>
}

/**
 * The one door by which SSH reaches the instances that this worker keeps. The name to sign in with is an instance's id; a key signs in that opens it.
 * Shells and commands are sessions of the sandbox's agent, so nothing listens in an instance, and it needs no SSH server of its own.
 */
export class SshDoor {
  #servers: NetServer[] = []
  readonly #clients = new Set<Connection>()
  #address: string | null = null
  #refusal: string | null = null

  constructor(
    private readonly services: EngineServices,
    private readonly instances: KeptInstances,
  ) {}

  /** Where clients find it, as host:port; null where it is not open. */
  get address(): string | null {
    return this.#address
  }

  /** Why it is not open, where it should be. */
  get refusal(): string | null {
    return this.#refusal
  }

  /** Opens the door, unless there are no instances here. Where that does not work, `refusal` says why. */
  async start(): Promise<void> {
    const { config, log } = this.services
    const { perUser, sshHost, sshPort } = config.instances
    if (perUser === 0) return
    const ssh = new ssh2.Server(
      { hostKeys: [await hostKey(this.services)], ident: "hosted-evals", keepaliveInterval: keepaliveMs, keepaliveCountMax: keepalivesMax },
      (client) => this.#welcome(client),
    )
    try {
      for (const host of listeningHosts(config.host)) {
        const server = createServer((socket) => ssh.injectSocket(socket))
        server.maxConnections = connectionsMax
        this.#servers.push(server)
        server.listen(sshPort, host)
        await once(server, "listening")
      }
      this.#address = joinAddress(sshHost, sshPort)
      log.info({ port: sshPort }, "SSH reaches instances here")
    } catch (error) {
      for (const server of this.#servers.splice(0)) server.close()
      this.#refusal = `There are no instances on this platform: the port ${sshPort} for SSH cannot be opened (${toError(error).message}). SSH_PORT names another`
      log.warn({ port: sshPort, error: toError(error).message }, "the port for SSH cannot be opened, so this worker keeps no instances")
    }
  }

  /** Closes the door and every connection. */
  async stop(): Promise<void> {
    this.#address = null
    for (const server of this.#servers.splice(0)) server.close()
    for (const client of this.#clients) client.end()
  }

  #welcome(client: Connection): void {
    this.#clients.add(client)
    let id = ""
    let tries = 0
    const late = setTimeout(() => client.end(), signInMs)
    client.on("close", () => {
      clearTimeout(late)
      this.#clients.delete(client)
    })
    // Whoever scans ports speaks no SSH, and clients leave in the middle of everything.
    client.on("error", () => {})
    client.on("authentication", (attempt) => {
      if (++tries > triesMax) return client.end()
      this.#mayEnter(attempt)
        .then(
          (may) => (may ? attempt.accept() : attempt.reject(["publickey"])),
          (error: unknown) => {
            this.services.log.error({ error: toError(error).stack }, "SSH could not sign somebody in")
            attempt.reject(["publickey"])
          },
        )
        .catch(() => {})
      id = attempt.username
    })
    client.on("ready", () => {
      clearTimeout(late)
      let channels = 0
      client.on("session", (accept, reject) => {
        if (channels >= channelsMax) return reject()
        channels++
        const session = accept()
        session.on("close", () => channels--)
        this.#serve(session, id)
      })
      client.on("tcpip", (accept, reject, { destIP, destPort }) => {
        if (!["localhost", "127.0.0.1", "::1"].includes(destIP)) return reject()
        this.instances
          .connect(id, destPort)
          .then((socket) => {
            if (!socket) return reject()
            const channel = accept()
            channel.on("error", () => {})
            channel.on("close", () => socket.destroy())
            socket.on("error", () => channel.end())
            channel.pipe(socket).pipe(channel)
          }, reject)
          .catch(() => {})
      })
    })
  }

  /** Whether the key that a client shows, or has signed with, opens the instance that it names. */
  async #mayEnter(attempt: AuthContext): Promise<boolean> {
    if (attempt.method !== "publickey") return false
    const instance = await findInstance(this.services.db, attempt.username)
    if (!instance) return false
    const fingerprint = `SHA256:${createHash("sha256").update(attempt.key.data).digest("base64").replace(/=+$/, "")}`
    const [known] = await listDoorKeys(this.services.db, instance, fingerprint)
    if (!known) return false
    // Without a signature it only asks whether the key would do.
    if (!attempt.signature) return true
    const key = ssh2.utils.parseKey(known.publicKey)
    if (key instanceof Error || !attempt.blob) return false
    const isSigned = key.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true
    if (isSigned) this.services.log.info({ instance: instance.id, user: known.userId, key: known.id }, "somebody entered an instance")
    return isSigned
  }

  #serve(session: Session, id: string): void {
    let terminal: Terminal | undefined
    let resized: (size: Pick<Terminal, "columns" | "rows">) => void = () => {}
    let signalled: (name: string) => void = () => {}
    const env: Record<string, string> = {}
    session.on("pty", (accept, _reject, { term, cols, rows }) => {
      terminal = { type: term || "dumb", columns: cols, rows }
      accept?.()
    })
    session.on("window-change", (accept, _reject, { cols, rows }) => {
      resized({ columns: cols, rows })
      accept?.()
    })
    session.on("env", (accept, reject, { key, val }) => {
      // As Debian's SSH server: the language, and nothing that changes what programs do.
      if (!/^(LANG|LC_\w+)$/.test(key)) return reject?.()
      env[key] = val
      accept?.()
    })
    session.on("signal", (accept, _reject, { name }) => {
      signalled(name)
      accept?.()
    })
    const begin = (channel: ServerChannel, command?: string) => {
      // From here on: a client may leave before its session has begun.
      const closed = new Promise<void>((resolve) => channel.once("close", resolve))
      for (const stream of [channel, channel.stderr]) stream.on("error", () => {})
      const request = { ...(command === undefined ? {} : { command }), ...(terminal ? { terminal } : {}), env }
      const done = this.instances.use(id, async (link) => {
        const inside = await link.session(request)
        resized = (size) => inside.resize(size)
        signalled = (name) => inside.signal(name)
        await carry(inside, channel, closed)
        return true
      })
      done
        .then((was) => (was ? null : this.#whyNot(id)))
        .catch((error: unknown) => toError(error).message)
        .then((said) => {
          if (said === null) return
          channel.stderr.write(`${said}\r\n`)
          channel.exit(255)
          channel.end()
        })
        .catch(() => {})
    }
    session.on("shell", (accept) => begin(accept()))
    session.on("exec", (accept, _reject, { command }) => begin(accept(), command))
  }

  /** Why an instance is not here, to whoever may enter it. */
  async #whyNot(id: string): Promise<string> {
    const row = await findInstance(this.services.db, id)
    if (!row) return "There is no such instance"
    if (row.endedAt) return `The instance has ended${row.sandbox.errorMessage ? `: ${row.sandbox.errorMessage}` : ""}`
    if (row.sandbox.status !== "RUNNING") return "The instance is still being started: try again in a moment"
    return `The instance is kept by another worker${row.sshAddress ? `, at ${row.sshAddress}` : ""}`
  }
}
