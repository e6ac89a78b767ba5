import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { JsonObject, StoredAttemptOrder } from "../../../contract/index.ts"
import type { Config } from "../../base/config.ts"
import { attemptOrderContext, encrypt, hashToken } from "../../base/crypto.ts"
import { toError } from "../../base/errors.ts"
import { attemptTokenPrefix, newToken } from "../../base/ids.ts"
import type { Log } from "../../base/log.ts"
import type { Handle, Inspection, Spec } from "../../sandbox/executor.ts"
import { spawnFile } from "../../sandbox/shim.ts"
import type { Db } from "../../store/db.ts"
import {
  fenceRemoteAttempt,
  insertRemoteAttempt,
  type RemoteState,
  readRemoteState,
  requestRemoteStop,
} from "../../store/remote/remote-attempts.ts"
import type { AttemptState } from "../attempt/attempt-state.ts"
import { encloseElsewhere } from "./enclose.ts"
import type { EngineWord, RemoteEngine, RemoteNeeds } from "./remote-engine.ts"
import { RemoteStates } from "./remote-states.ts"

/** An attempt that was not heard of for longer is not known to run. It says so every ten seconds. */
const quietSeconds = 60
/** Where the engine that started an attempt is not set up any more. */
const silenceSecondsDefault = 3600
/** A job that the engine does not know may be one that it is just taking. */
const submitSettlesSeconds = 20
/** Between two questions to the engine about one attempt. */
const askEveryMs = 5000
/** In which engines say which GPUs of its machine a job was given. */
const gpuVariables = [
  "CUDA_VISIBLE_DEVICES",
  "NVIDIA_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "HIP_VISIBLE_DEVICES",
  "GPU_DEVICE_ORDINAL",
  "ZE_AFFINITY_MASK",
]
/** How long a stopped attempt has, beyond its grace time, to send what it wrote and to say how it ended. */
const lastWordMs = 15_000

/** An attempt to start on another machine. */
export interface RemoteStart {
  engine: RemoteEngine
  evaluationId: string
  number: number
  /** The process, with the paths of that machine: its work dir lies in the engine's folder. */
  spec: Spec
  /** Files to make before it starts, by their path within the work dir. */
  files: Record<string, Buffer>
  /** Cores and GPUs that it is to have; the engine's own default when left out. */
  needs?: Pick<RemoteNeeds, "cpus" | "gpus">
}

/**
 * Attempts on other machines, which report by themselves (services/attempts). Lost is what was not heard of for long, and was fenced;
 * the engine's word that it is gone shortens the wait, and what it does not know is no reason to give up.
 */
export class RemoteAttempts {
  readonly #states: RemoteStates
  #words = new Map<string, { at: number; word: EngineWord }>()

  constructor(
    private readonly services: { db: Db; config: Config; log: Log },
    /** Start new ones. What one has started before that is not set up any more is looked after all the same. */
    readonly engines: readonly RemoteEngine[],
  ) {
    this.#states = new RemoteStates(services.db)
  }

  /** The engine of a name; undefined when it is not set up. */
  engine(name: string): RemoteEngine | undefined {
    return this.engines.find(({ kind }) => kind === name)
  }

  /** Where an attempt of this name will have its files. */
  handleOf(id: string, { kind, folder }: RemoteEngine): Handle {
    return { kind, id, workDir: path.posix.join(folder, id), remote: true }
  }

  /** Stores what the attempt is to start, for the program that the engine is asked to run. @throws Error for an engine that takes no job */
  async start({ engine, evaluationId, number, spec, files, needs = {} }: RemoteStart): Promise<Handle> {
    const { db, config } = this.services
    const hasGpus = (needs.gpus ?? 0) > 0
    const enclosure = engine.encloses ? null : await encloseElsewhere(config, spec, hasGpus)
    const shown = Object.entries(enclosure?.files ?? {}).map(
      ([file, text]) => [path.relative(spec.workDir, file), Buffer.from(text)] as const,
    )
    const laid = [...Object.entries(files), ...shown].map(([file, content]) => [file, content.toString("base64")])
    const order: StoredAttemptOrder = {
      work_dir: spec.workDir,
      spawn: JSON.parse(spawnFile(spec, enclosure?.isolation ?? null, false, engine.limitsMemory)) as JsonObject,
      variables: enclosure?.variables ?? spec.env,
      inherited: hasGpus ? gpuVariables : [],
      files: Object.fromEntries(laid),
      silence_seconds: engine.silenceSeconds,
    }
    const token = newToken(attemptTokenPrefix)
    const sealedOrder = encrypt(config.secretKey, JSON.stringify(order), attemptOrderContext(spec.id))
    const interpreter = spec.argv[0] as string
    await insertRemoteAttempt(db, { id: spec.id, evaluationId, number, tokenHash: hashToken(token), interpreter, sealedOrder })
    const variables = { ATTEMPT_URL: engine.platformUrl, ATTEMPT_TOKEN: token }
    await engine.submit(spec.id, variables, { ...spec, ...needs })
    return this.handleOf(spec.id, engine)
  }

  async inspect({ id, kind }: Handle): Promise<AttemptState> {
    const state = await this.#states.read(id)
    if (!state) return { phase: "lost" }
    const written = { events: state.events, output: state.output }
    const told = wordOf(state)
    if (told) return { ...told, written }
    const engine = this.engine(kind)
    const word = await this.#ask(id, engine)
    if (!isLost(state, word, engine?.silenceSeconds ?? silenceSecondsDefault)) return { ...unheard(state, kind, word), written }
    await fenceRemoteAttempt(this.services.db, id)
    // It may have written more, and said how it ended, while it was being given up.
    const last = await readRemoteState(this.services.db, id)
    return (last && exitOf(last)) ?? endByEngine(word)
  }

  /** Asks the attempt and the engine to end it, and waits for its last word; then nothing is taken from it any more. */
  async stop({ id, kind }: Handle, graceMs: number): Promise<void> {
    const { db, log } = this.services
    await requestRemoteStop(db, id)
    await this.engine(kind)
      ?.cancel(id)
      .catch((error: unknown) => log.warn({ attempt: id, error: toError(error).message }, "an engine did not end a job"))
    for (const end = Date.now() + graceMs + lastWordMs; Date.now() < end; await sleep(100)) {
      const state = await readRemoteState(db, id)
      if (!state?.isOpen || state.isFenced || state.exit) break
    }
    await fenceRemoteAttempt(db, id)
  }

  /** Why its engine ended an attempt, in the engine's words; null where it does not say. */
  async reasonOf({ id, kind }: Handle): Promise<string | null> {
    const word = await this.engine(kind)?.inspect(id)
    return word?.phase === "gone" && word.reason ? `${kind} says: ${word.reason}` : null
  }

  async #ask(id: string, engine: RemoteEngine | undefined): Promise<EngineWord> {
    // The oldest are in front: what is older than its time is forgotten, with all attempts that have ended.
    for (const [asked, { at }] of this.#words) {
      if (Date.now() - at < askEveryMs) break
      this.#words.delete(asked)
    }
    const known = this.#words.get(id)
    if (known) return known.word
    const word: EngineWord = (await engine?.inspect(id)) ?? { phase: "unknown" }
    // Two may ask at once: the later answer goes to the end.
    this.#words.delete(id)
    this.#words.set(id, { at: Date.now(), word })
    return word
  }
}

/** What an attempt says of itself; null when it is not heard of. */
function wordOf(state: RemoteState): Inspection | null {
  const exit = exitOf(state)
  if (exit) return exit
  if (state.isFenced) return { phase: "lost" }
  return state.isOpen && state.silentSeconds < quietSeconds ? { phase: "running" } : null
}

/** What is to be said of an attempt that is not heard of, and not lost. */
function unheard({ isOpen }: RemoteState, kind: string, word: EngineWord): AttemptState {
  if (isOpen) return { phase: "unknown", detail: "the environment's process was not heard of for more than a minute" }
  if (word.phase === "pending") return { phase: "pending", detail: `waiting for ${kind}: ${word.reason}` }
  if (word.phase === "unknown") return { phase: "unknown", detail: `${kind} does not answer` }
  return { phase: "running" }
}

/** How an attempt ended, by its own word; null when it has not said so. */
function exitOf({ exit }: RemoteState): Inspection | null {
  if (!exit) return null
  return exit.code === null && exit.signal === null && !exit.refused ? { phase: "lost" } : { phase: "exited", ...exit }
}

/** What ends a machine's container at its limit may end the program that would say so, too. */
const endByEngine = (word: EngineWord): AttemptState =>
  word.phase === "gone" && word.limit ? { phase: "exited", code: null, signal: "SIGKILL", limit: word.limit } : { phase: "lost" }

function isLost({ isOpen, silentSeconds }: RemoteState, word: EngineWord, silenceSeconds: number): boolean {
  if (word.phase === "gone" && silentSeconds > (isOpen ? quietSeconds : submitSettlesSeconds)) return true
  return isOpen && silentSeconds > silenceSeconds
}
