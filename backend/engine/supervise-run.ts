import { mkdir, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import {
  canMove,
  type EvaluationStatus,
  type Failure,
  HostedEvalConfig,
  isTerminal,
  limits,
  permissionsOf,
  type RunnerJob,
} from "../../contract/index.ts"
import { attemptSecretsContext, decrypt, encrypt, hashToken, runSecretsContext } from "../base/crypto.ts"
import { toError } from "../base/errors.ts"
import { artifactKey } from "../base/files.ts"
import { newToken } from "../base/ids.ts"
import { cleanJson } from "../base/json.ts"
import { type Handle, type Inspection, workFiles } from "../sandbox/executor.ts"
import { findVersionById, mayWriteEnvironment, updateVersion, type VersionRecord } from "../store/environments.ts"
import {
  deleteRunSecrets,
  type EvaluationRecord,
  findEvaluationRow,
  findRunSecrets,
  lockEvaluation,
  saveAttemptSecrets,
  updateEvaluation,
} from "../store/evaluations.ts"
import { insertRunToken, revokeRunTokens } from "../store/identity.ts"
import { beatSeconds, releaseEvaluationLease, renewEvaluationLease } from "../store/leases.ts"
import { appendLogLines, type StoredLogLine } from "../store/logs.ts"
import { storeSamples } from "../store/sample-batches.ts"
import { listStoredRollouts } from "../store/samples.ts"
import { endRunSandboxes } from "../store/sandboxes.ts"
import { signalNotice } from "../store/signals.ts"
import { classify, failure } from "./classify.ts"
import type { Engine } from "./engine.ts"
import { gatherInjection, type Injection, writeSecretFiles } from "./injection.ts"
import { emptyIntake, type Intake, takeEvents, takeOutput } from "./intake.ts"
import { type Mask, maskJson, maskOf } from "./masking.ts"
import { InstallError } from "./python-environments.ts"
import { readSpool } from "./spool.ts"

/** The run belongs to another worker now: stop touching it. */
class Fenced extends Error {}

/** Between two looks at the spool. A rollout is seen this long after it finished, plus one transaction. */
const lookEveryMs = 80
const stopGraceMs = 1000
/** Attempts of a run whose process vanished. Starts after an orderly stop of the platform do not count. */
const lostAttemptsMax = 3
/** Looks at a run that failed for reasons of the platform, such as a database that does not answer for a moment. */
const troublesMax = 5
const outputBytesMax = 200 * 1024 * 1024

/**
 * Does one claimed run from where it stands to its end: installs the environment, starts the runner, takes in what it writes,
 * stops it when somebody asks or time is up. May be taken over at any moment by another worker; everything it knows is in the row.
 */
export class RunSupervisor {
  #row: EvaluationRecord
  #mask: Mask = (text) => text
  #oneOff: Record<string, string> = {}
  #stop = new AbortController()
  #detach = false
  #lost = 0
  #outcome: { finished: Intake["finished"]; failed: Intake["failed"] } = { finished: null, failed: null }

  constructor(
    private readonly engine: Engine,
    row: EvaluationRecord,
  ) {
    this.#row = row
  }

  get id(): string {
    return this.#row.id
  }

  /** Somebody asked to stop the run. */
  cancel(): void {
    this.#stop.abort("cancelled")
  }

  /** This worker is going away: leave the run as it is, for the next worker. */
  detach(): void {
    this.#detach = true
    this.#stop.abort("detached")
  }

  async run(): Promise<void> {
    const { services, owner } = this.engine
    const beat = setInterval(() => {
      renewEvaluationLease(services.db, this.id, owner).then(
        (lease) => {
          // The signal that somebody asked to stop may have been lost; the row has not.
          if (!lease) this.#stop.abort("fenced")
          else if (lease.cancelled) this.cancel()
        },
        () => {},
      )
    }, beatSeconds * 1000)
    try {
      for (let tries = 1; ; tries++) {
        try {
          await this.#readSecrets()
          return await this.#untilEnd()
        } catch (error) {
          if (error instanceof Fenced || this.#stop.signal.reason === "fenced") return
          services.log.error({ error: toError(error).stack, evaluation: this.id, tries }, "a run could not be supervised")
          if (tries === troublesMax) return await this.#giveUp().catch(() => {})
          await sleep(tries * 1000)
          // What was not committed did not happen: go on from the row as it is.
          this.#row = (await findEvaluationRow(services.db, this.id).catch(() => undefined)) ?? this.#row
        }
      }
    } finally {
      clearInterval(beat)
      await releaseEvaluationLease(services.db, this.id, owner).catch(() => {})
    }
  }

  /** The platform's own trouble does not pass. The words stay in the worker's log: they may quote queries. */
  async #giveUp(): Promise<void> {
    const handle = this.#row.handle as unknown as Handle | null
    if (handle) await this.engine.executor.stop(handle, stopGraceMs)
    await this.#end("FAILED", failure("platform"))
  }

  /** Secrets that came with the launch; and what an attempt that runs already was given, to hide it from what it still writes. */
  async #readSecrets(): Promise<void> {
    const { db, config } = this.engine.services
    const stored = await findRunSecrets(db, this.id)
    if (stored?.sealed) this.#oneOff = JSON.parse(decrypt(config.secretKey, stored.sealed, runSecretsContext(this.id)))
    if (stored?.sealedAttempt)
      this.#mask = maskOf(JSON.parse(decrypt(config.secretKey, stored.sealedAttempt, attemptSecretsContext(this.id))))
  }

  /** What is set for the environment, as it is at this moment; from here on its secrets and the attempt's token are masked. */
  async #gatherInjection(token: string): Promise<Injection> {
    const { db, config } = this.engine.services
    const { environmentId, userId } = this.#row
    const mayUseSecrets = environmentId !== null && (await mayWriteEnvironment(db, environmentId, userId))
    const injection = await gatherInjection(this.engine.services, environmentId, mayUseSecrets, this.#oneOff)
    const hidden = [...injection.secrets, { name: "PRIME_API_KEY", value: token }]
    await saveAttemptSecrets(db, this.id, encrypt(config.secretKey, JSON.stringify(hidden), attemptSecretsContext(this.id)))
    this.#mask = maskOf(hidden)
    return injection
  }

  async #untilEnd(): Promise<void> {
    while (!isTerminal(this.#row.status)) {
      if (this.#row.cancelRequestedAt) this.#stop.abort("cancelled")
      const handle = this.#row.handle as unknown as Handle | null
      const state: Inspection | null = handle ? await this.engine.executor.inspect(handle) : null
      if (handle && state?.phase === "running") {
        if (await this.#follow(handle)) return
        continue
      }
      if (handle) {
        // An earlier attempt ended while nobody watched: take in the rest of what it wrote.
        await this.#drain(handle)
        if (await this.#conclude(state as Inspection)) return
      }
      if (this.#stop.signal.aborted) return this.#endStopped()
      if (!(await this.#startAttempt())) return
    }
  }

  /** Prepares and starts a new attempt. False when the run ended instead. */
  async #startAttempt(): Promise<boolean> {
    const { services, python, executor, owner } = this.engine
    const { db, files } = services
    const version = this.#row.versionId ? await findVersionById(db, this.#row.versionId) : undefined
    if (!version) {
      await this.#end("FAILED", failure("environment_install", { message: "The environment's version was deleted before the run began" }))
      return false
    }
    const config = HostedEvalConfig.omit({ custom_secrets: true }).parse(this.#row.evalConfig)
    const startedAt = this.#row.startedAt ?? new Date()
    const minutes = config.timeout_minutes ?? limits.timeoutMinutesDefault
    await this.#update({
      status: "RUNNING",
      phase: "installing",
      phaseDetail: "installing environment",
      attempt: this.#row.attempt + 1,
      handle: null,
      eventsOffset: 0,
      outputOffset: 0,
      rolloutsStarted: this.#row.samplesDone,
      startedAt,
      deadlineAt: this.#row.deadlineAt ?? new Date(startedAt.getTime() + minutes * 60_000),
      executor: executor.kind,
    })
    await this.#say(
      "info",
      this.#row.attempt === 1
        ? `Installing ${this.#label()}`
        : `Attempt ${this.#row.attempt}: going on with ${this.#row.samplesDone} rollouts done`,
    )
    const stopInstalling = AbortSignal.any([
      this.#stop.signal,
      AbortSignal.timeout(Math.max(0, (this.#row.deadlineAt as Date).getTime() - Date.now())),
    ])
    let interpreter: string
    const installed: StoredLogLine[] = []
    try {
      const wheel = {
        path: await files.localPath(artifactKey(version.id, "wheel")),
        filename: version.wheelFilename,
        sha256: version.wheelSha256,
      }
      interpreter = await python.prepare(
        wheel,
        (text) => installed.push({ at: Date.now(), stream: "platform", level: "info", text: this.#mask(text) }),
        stopInstalling,
      )
    } catch (error) {
      await this.#take({ ...emptyIntake(), logLines: installed })
      if (this.#stop.signal.aborted) {
        await this.#endStopped()
        return false
      }
      if (stopInstalling.aborted)
        await this.#end("TIMEOUT", failure("timeout", { message: "The time was used up while the environment was being installed" }))
      else
        await this.#end(
          "FAILED",
          failure(error instanceof InstallError ? "environment_install" : "platform", { message: toError(error).message }),
        )
      return false
    }
    await this.#take({ ...emptyIntake(), logLines: installed })

    const token = newToken("her_")
    const permissions = permissionsOf(config)
    await insertRunToken(db, { hash: hashToken(token), evaluationId: this.id, permissions, expiresAt: this.#row.deadlineAt as Date })
    const injection = await this.#gatherInjection(token)
    const workDir = this.#workDir(this.#row.attempt)
    await rm(workDir, { recursive: true, force: true })
    const home = path.join(workDir, "home")
    await mkdir(home, { recursive: true, mode: 0o700 })
    await mkdir(path.join(workDir, "tmp"), { mode: 0o700 })
    const injected = { ...injection.variables, ...(await writeSecretFiles(home, injection.files)) }
    await writeFile(path.join(workDir, workFiles.job), JSON.stringify(await this.#job(config, version)))
    await this.#update({ phase: "starting", phaseDetail: "starting the environment" })
    const handle = await executor.start({
      id: `${this.id}-${this.#row.attempt}`,
      workDir,
      argv: [interpreter, "-m", "hosted_runner", workFiles.job, workFiles.events],
      env: this.#environment(workDir, interpreter, injected, token),
      outputBytesMax,
    })
    await this.#update({ handle: handle as unknown as EvaluationRecord["handle"] })
    services.log.info({ evaluation: this.id, attempt: this.#row.attempt, owner }, "a run started")
    return true
  }

  #workDir(attempt: number): string {
    return path.join(this.engine.services.config.dataDir, "runs", `${this.id}-${attempt}`)
  }

  #label(): string {
    const [environment] = this.#row.environments
    return environment
      ? `${environment.owner}/${environment.name}@${environment.version ?? environment.content_hash?.slice(0, 8)}`
      : "the environment"
  }

  async #job(config: Omit<HostedEvalConfig, "custom_secrets">, version: VersionRecord): Promise<RunnerJob> {
    const stored = await listStoredRollouts(this.engine.services.db, this.id)
    const headers = (config.headers ?? []).map(
      (line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()] as const,
    )
    const gateway = `http://127.0.0.1:${this.engine.services.config.workerPort}/api/v1`
    return {
      v: 1,
      mode: "evaluate",
      environment: moduleName(this.#row.environments[0]?.name ?? version.wheelFilename),
      env_args: config.env_args ?? {},
      extra_env_kwargs: config.extra_env_kwargs ?? {},
      model: this.#row.modelName ?? "",
      num_examples: config.num_examples,
      rollouts_per_example: config.rollouts_per_example,
      max_concurrent: config.max_concurrent ?? limits.maxConcurrentDefault,
      max_retries: config.max_retries ?? limits.maxRetriesDefault,
      independent_scoring: config.independent_scoring ?? false,
      sampling_args: config.sampling_args ?? {},
      state_columns: config.state_columns ?? [],
      verbose: config.verbose ?? false,
      client: {
        type: config.api_client_type ?? "openai_chat_completions",
        base_url: config.api_base_url ?? gateway,
        key_var: config.api_base_url ? (config.api_key_var ?? "CUSTOM_ENDPOINT_KEY") : "PRIME_API_KEY",
        headers: Object.fromEntries(headers),
      },
      on_rollout_exception: "record",
      done: stored.map(({ exampleId, rolloutIndex }) => [/^-?\d+$/.test(exampleId) ? Number(exampleId) : exampleId, rolloutIndex]),
    }
  }

  /** Everything that the environment sees of its surroundings. */
  #environment(workDir: string, interpreter: string, injected: Record<string, string>, token: string): Record<string, string> {
    const { config } = this.engine.services
    const base = `http://127.0.0.1:${config.workerPort}`
    return {
      PATH: `${path.dirname(interpreter)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: path.join(workDir, "home"),
      TMPDIR: path.join(workDir, "tmp"),
      LANG: "C.UTF-8",
      PYTHONPATH: path.join(config.root, "runner/src"),
      PYTHONUNBUFFERED: "1",
      TOKENIZERS_PARALLELISM: "false",
      HF_DATASETS_DISABLE_PROGRESS_BARS: "1",
      ...injected,
      PRIME_API_KEY: token,
      PRIME_API_BASE_URL: base,
      PRIME_INFERENCE_URL: `${base}/api/v1`,
    }
  }

  /** Watches a running attempt until it ends. True when the run has ended with it. */
  async #follow(handle: Handle): Promise<boolean> {
    const { executor } = this.engine
    for (;;) {
      const drained = await this.#lookOnce(handle)
      if (this.#detach) {
        if (this.engine.stopRuns) {
          await executor.stop(handle, stopGraceMs)
          await this.#drain(handle)
          await this.#say("info", "The platform is stopping; the run goes on when it starts again")
          await this.#update({ handle: null, status: "PENDING", phase: "queued", phaseDetail: "waiting for the platform to start again" })
        }
        return true
      }
      if (this.#stop.signal.reason === "fenced") throw new Fenced()
      const late = this.#row.deadlineAt !== null && Date.now() > this.#row.deadlineAt.getTime()
      if (this.#stop.signal.aborted || late) {
        await executor.stop(handle, stopGraceMs)
        await this.#drain(handle)
        if (this.#stop.signal.aborted) await this.#endStopped()
        else await this.#end("TIMEOUT", failure("timeout", { message: `The run was to end by ${this.#row.deadlineAt?.toISOString()}` }))
        return true
      }
      const state = await executor.inspect(handle)
      if (state.phase !== "running") {
        await this.#drain(handle)
        return this.#conclude(state)
      }
      if (drained) await sleep(lookEveryMs, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
  }

  /** Decides what the end of an attempt means. True when the run has ended. */
  async #conclude(state: Inspection): Promise<boolean> {
    const { finished, failed } = this.#outcome
    if (this.#stop.signal.reason === "cancelled") {
      await this.#endStopped()
      return true
    }
    if (finished) {
      await this.#end("COMPLETED", null, { metadata: cleanJson({ ...this.#row.metadata, ...libraryFacts(finished.metadata) }) })
      return true
    }
    // A runner that was told to stop says so as a failure; when nobody wanted an end, it is done again.
    const wasStopped = failed?.errors[0]?.type.endsWith("CancelledError") ?? false
    if (failed && !wasStopped) {
      await this.#end("FAILED", classify(failed))
      return true
    }
    this.#lost++
    const ended = state.phase === "exited" ? (state.signal ? state.signal : `exit code ${state.code}`) : "nothing left of it"
    await this.#say("warning", `The environment's process ended without a word: ${ended}`)
    if (this.#lost >= lostAttemptsMax) {
      await this.#end("FAILED", failure("worker_lost", { message: `It ended ${this.#lost} times without a word, at last with ${ended}` }))
      return true
    }
    await this.#update({ handle: null })
    return false
  }

  #endStopped(): Promise<void> {
    if (this.#stop.signal.reason === "cancelled") return this.#end("CANCELLED", failure("cancelled"))
    if (this.#stop.signal.reason === "fenced") throw new Fenced()
    return this.#update({ status: "PENDING", phase: "queued", phaseDetail: null })
  }

  async #drain(handle: Handle): Promise<void> {
    while (!(await this.#lookOnce(handle))) {}
  }

  /** Takes in one piece of the spool. True when there was nothing more to take. */
  async #lookOnce(handle: Handle): Promise<boolean> {
    const events = await readSpool(path.join(handle.workDir, workFiles.events), this.#row.eventsOffset)
    const output = await readSpool(path.join(handle.workDir, workFiles.output), this.#row.outputOffset)
    if (events.offset === this.#row.eventsOffset && output.offset === this.#row.outputOffset) return true
    const intake = emptyIntake()
    takeEvents(intake, events.lines, this.#mask)
    takeOutput(intake, output.lines, this.#mask)
    if (events.oversized || output.oversized)
      intake.logLines.push({ at: Date.now(), stream: "platform", level: "warning", text: "A line of more than 16 MiB was left out" })
    intake.logLines.sort((a, b) => a.at - b.at)
    await this.#take(intake, { eventsOffset: events.offset, outputOffset: output.offset })
    return false
  }

  /** Stores a piece of the spool: rows, counters and the new offset in one transaction, so that each event counts exactly once. */
  async #take(intake: Intake, offsets: { eventsOffset?: number; outputOffset?: number } = {}): Promise<void> {
    const { db } = this.engine.services
    this.#outcome = { finished: intake.finished ?? this.#outcome.finished, failed: intake.failed ?? this.#outcome.failed }
    await db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      await appendLogLines(tx, row.id, row.logLines, intake.logLines)
      const started = row.rolloutsStarted + intake.started
      this.#row = await storeSamples(tx, row, intake.samples, {
        ...offsets,
        logLines: row.logLines + intake.logLines.length,
        rolloutsStarted: started,
        ...(intake.total === null ? {} : { rolloutsTotal: intake.total }),
        ...(intake.total !== null || intake.samples.length > 0 ? { phase: "running" as const, phaseDetail: null } : {}),
        ...(intake.phase === "import" ? { phaseDetail: "importing the environment" } : {}),
        ...(intake.phase === "load" ? { phaseDetail: "loading the environment" } : {}),
      })
      if (intake.loaded && row.versionId && Object.keys((row.evalConfig?.env_args as object) ?? {}).length === 0)
        await updateVersion(tx, row.versionId, { datasetSize: intake.loaded.dataset_size })
      await signalNotice(tx, this.#row)
    })
  }

  async #lock(tx: Parameters<typeof lockEvaluation>[0]): Promise<EvaluationRecord> {
    const row = await lockEvaluation(tx, this.id)
    if (!row || row.leaseOwner !== this.engine.owner) throw new Fenced()
    return row
  }

  async #say(level: string, text: string): Promise<void> {
    await this.#take({ ...emptyIntake(), logLines: [{ at: Date.now(), stream: "platform", level, text: this.#mask(text) }] })
  }

  async #update(values: Partial<EvaluationRecord>): Promise<void> {
    await this.engine.services.db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      if (values.status && values.status !== row.status && !canMove(row.status, values.status))
        throw new Error(`A run cannot go from ${row.status} to ${values.status}`)
      this.#row = (await updateEvaluation(tx, this.id, values)) as EvaluationRecord
      await signalNotice(tx, this.#row)
    })
  }

  /** The run's end: state, token and secrets in one transaction; then the work dir goes. */
  async #end(status: EvaluationStatus, why: Failure | null, also: Partial<EvaluationRecord> = {}): Promise<void> {
    const { db, log, meter } = this.engine.services
    await meter.flush()
    const words = why
      ? `${why.title}.${why.message ? ` ${why.message}` : ""}`
      : `Finished: ${this.#row.samplesDone} rollouts, ${this.#row.samplesErrored} with errors`
    await this.#say(status === "COMPLETED" ? "info" : status === "CANCELLED" ? "warning" : "error", words)
    const masked = why && maskJson(this.#mask, why)
    await db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      if (isTerminal(row.status)) return
      this.#row = (await updateEvaluation(tx, this.id, {
        ...also,
        status,
        phase: "ended",
        phaseDetail: null,
        failure: cleanJson(masked),
        completedAt: new Date(),
        handle: null,
      })) as EvaluationRecord
      await revokeRunTokens(tx, this.id)
      await endRunSandboxes(tx, this.id)
      await deleteRunSecrets(tx, this.id)
      await signalNotice(tx, this.#row)
    })
    log.info({ evaluation: this.id, status }, "a run ended")
    // Of all attempts: one that was lost has left its files, secrets among them.
    for (let attempt = 1; attempt <= this.#row.attempt; attempt++)
      await rm(this.#workDir(attempt), { recursive: true, force: true }).catch(() => {})
  }
}

/** An environment's module: its name without owner and version, dashes as underscores. */
export const moduleName = (environment: string): string =>
  (environment.split("/").at(-1) ?? environment).replace(/@.*$/, "").replace(/-/g, "_")

/** What is kept of the library's own metadata: its averages, as a check of ours, and its version. */
function libraryFacts(metadata: Record<string, unknown>): Record<string, unknown> {
  const kept = [
    "avg_reward",
    "avg_metrics",
    "avg_error",
    "pass_at_k",
    "pass_all_k",
    "pass_threshold",
    "usage",
    "version_info",
    "time",
    "tools",
  ]
  return Object.fromEntries(kept.filter((name) => name in metadata).map((name) => [name, metadata[name]]))
}
