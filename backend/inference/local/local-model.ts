import { type ChildProcess, fork } from "node:child_process"
import { EventEmitter, on } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import path from "node:path"
import { createInterface } from "node:readline"
import type { Config } from "../../base/config.ts"
import type { Log } from "../../base/log.ts"
import type { Request } from "./process/engine.mjs"
import type { FromModel, ToModel } from "./process/main.mjs"

const idleMs = 5 * 60_000
const graceMs = 5000

export type Answered = Extract<FromModel, { type: "begin" | "text" | "end" }>

/** The messages do not fit into the model's context. */
export class ContextExceeded extends Error {}

/** Said to everybody who waits for an answer when the process has ended. */
const ended = "ended"

/**
 * The language model of this machine, in a process of its own: it starts with the first request, and ends when nobody has asked for some
 * minutes, or with this process.
 */
export class LocalModel {
  readonly #events = new EventEmitter().setMaxListeners(0)
  #child: ChildProcess | null = null
  #ready: Promise<void> | null = null
  #asked = 0
  #lastId = 0
  #idle: NodeJS.Timeout | undefined

  /** @param folder where the launcher puts runtime and weights */
  constructor(
    readonly folder: string,
    private readonly config: Pick<Config, "root" | "installerVariables">,
    private readonly log: Log,
  ) {}

  /** Requests that are being answered or wait for it. */
  get asked(): number {
    return this.#asked
  }

  /** The process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Why the model cannot be asked, and whether it will be here soon; null when it can. */
  missing(): { reason: string; isComing: boolean } | null {
    if (existsSync(path.join(this.folder, ".complete"))) return null
    try {
      return { reason: readFileSync(`${this.folder}.problem`, "utf8"), isComing: false }
    } catch {
      return { reason: "It is being fetched, about 125 MB, and will be here in a minute or two.", isComing: true }
    }
  }

  /**
   * Answers a request: first that the prompt fits and how long it is, then the text in parts, at last how it ended.
   * @throws ContextExceeded before anything else; Error when the process ended before the answer did
   */
  async *answer(request: Request, signal: AbortSignal): AsyncGenerator<Answered> {
    clearTimeout(this.#idle)
    this.#asked++
    const id = ++this.#lastId
    try {
      await this.#start()
      const messages = on(this.#events, String(id), { signal, close: [ended] })
      this.#tell({ type: "ask", id, request })
      for await (const [message] of messages as AsyncIterable<[FromModel]>) {
        if (message.type === "error") throw message.tooLong ? new ContextExceeded(message.message) : new Error(message.message)
        if (message.type === "ready") continue
        yield message
        if (message.type === "end") return
      }
      throw new Error("The process of the model ended.")
    } finally {
      this.#tell({ type: "cancel", id })
      this.#asked--
      if (this.#asked === 0) this.#idle = setTimeout(() => void this.stop(), idleMs).unref()
    }
  }

  /** Ends the process, if there is one. */
  async stop(): Promise<void> {
    clearTimeout(this.#idle)
    const child = this.#child
    if (!child) return
    const gone = new Promise((done) => child.once("exit", done))
    child.kill("SIGTERM")
    const force = setTimeout(() => child.kill("SIGKILL"), graceMs)
    await gone
    clearTimeout(force)
  }

  #tell(message: ToModel): void {
    if (this.#child?.connected) this.#child.send(message, () => {})
  }

  /** Starts the process unless it runs, and waits until it has loaded the model. */
  #start(): Promise<void> {
    this.#ready ??= this.#spawn()
    return this.#ready
  }

  #spawn(): Promise<void> {
    const begin = performance.now()
    const { PATH, LANG } = this.config.installerVariables
    const child = fork(path.join(this.config.root, "backend/inference/local/process/main.mjs"), [this.folder], {
      execArgv: [],
      env: { NODE_ENV: "production", ...(PATH && { PATH }), ...(LANG && { LANG }) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    })
    this.#child = child
    let lastLine = ""
    for (const output of [child.stdout, child.stderr])
      if (output)
        createInterface({ input: output }).on("line", (line) => {
          if (line.trim()) lastLine = line
          this.log.debug({ line }, "the local model says")
        })
    return new Promise((ready, failed) => {
      child.once("error", failed)
      child.once("exit", (code, signal) => {
        this.#child = null
        this.#ready = null
        this.log.info({ code, signal }, "the process of the local model ended")
        failed(new Error(`The process of the model could not start (${signal ?? `exit code ${code}`}): ${lastLine}`))
        this.#events.emit(ended)
      })
      child.on("message", (message: FromModel) => {
        if (message.type !== "ready") return this.#events.emit(String(message.id), message)
        const { threads, tokensPerSecond } = message
        const seconds = (performance.now() - begin) / 1000
        this.log.info({ threads, tokensPerSecond: Math.round(tokensPerSecond), seconds: Math.round(seconds) }, "the local model is ready")
        ready()
      })
    })
  }
}
