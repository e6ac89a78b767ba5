import { type Failure, limits, type RunnerJob } from "../../../contract/index.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { toError } from "../../base/errors.ts"
import type { Inspection } from "../../sandbox/executor.ts"
import { type Db, isDatabaseAway } from "../../store/db.ts"
import type { CheckChanges, CheckRecord } from "../../store/environments/check.ts"
import { writeCheck } from "../../store/environments/check-leases.ts"
import { replaceDatasetExamples } from "../../store/environments/dataset-examples.ts"
import { findEnvironmentName } from "../../store/environments/environments.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersionById, updateVersion } from "../../store/environments/versions.ts"
import { signal } from "../../store/signals.ts"
import { classify, failure } from "../attempt/classify.ts"
import { checkAttemptId, keepDataOf, removeAttempt } from "../attempt/folder.ts"
import { followAttempt, readNext } from "../attempt/follow.ts"
import { gatherInjection, type Injection } from "../attempt/injection.ts"
import { emptyIntake, type Intake } from "../attempt/intake.ts"
import { moduleOf, runnerJob } from "../attempt/job.ts"
import { LogAllowance } from "../attempt/log-allowance.ts"
import { maskOf } from "../attempt/masking.ts"
import { outputBytesMax } from "../attempt/process-spec.ts"
import { fileSpool, type Offsets } from "../attempt/spool.ts"
import { startAttempt } from "../attempt/start.ts"
import type { Engine } from "../engine.ts"
import { InstallError } from "../install/install-error.ts"
import { installVersion } from "../install/install-version.ts"
import { LiveLines } from "../install/live-lines.ts"
import type { Leased } from "../queue/lease-queue.ts"
import { CheckLog } from "./check-log.ts"

const minutesMax = 15
const stopGraceMs = 1000

/**
 * Checks a published version: installs it and calls load_environment() in a sandbox. What the environment declares (arguments,
 * rewards, size of the dataset) is stored with the version, the log with the check.
 */
export class EnvironmentCheck implements Leased {
  #stop = new AbortController()
  #isFenced = false
  #log: CheckLog
  /** Settles when this worker has let go of the check. */
  readonly done: Promise<void>

  constructor(
    private readonly engine: Engine,
    private readonly check: CheckRecord,
  ) {
    this.#log = new CheckLog(engine.services.db, check.id, (also) => this.#write({}, also))
    this.done = this.#run().catch((error: unknown) =>
      engine.services.log.error({ error: toError(error).stack }, "a check could not be recorded"),
    )
  }

  get id(): string {
    return this.check.id
  }

  leave(): void {
    this.#stop.abort("leaving")
  }

  fence(): void {
    this.#isFenced = true
    this.#stop.abort("fenced")
  }

  async #run(): Promise<void> {
    const { db, log } = this.engine.services
    const attempt = checkAttemptId(this.check.id, this.check.attempt)
    const deadline = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(minutesMax * 60_000)])
    try {
      await this.#log.open()
      const version = await findVersionById(db, this.check.versionId)
      const name = await findEnvironmentName(db, this.check.environmentId)
      if (version && name) await this.#check(version, name, attempt, deadline)
    } catch (error) {
      // Another worker has it, or it was deleted.
      if (this.#isFenced) return
      // The platform is stopping: the next worker to start checks it again.
      if (this.#stop.signal.aborted) await this.#write({ status: "PENDING", leaseOwner: null, leaseUntil: null })
      // Its lease expires, and the worker that claims it next checks it again.
      else if (isDatabaseAway(error)) log.warn({ check: this.check.id }, "a check was left, as the database is away")
      else if (deadline.aborted) await this.#fail(`The check took longer than ${minutesMax} minutes`)
      else if (error instanceof InstallError)
        await this.#fail(`The environment could not be installed: ${error.headline}`, failure("environment_install"))
      else {
        log.error({ error: toError(error).stack, check: this.check.id }, "a check failed in the platform")
        await this.#fail(`The platform failed: ${toError(error).message}`)
      }
    } finally {
      await removeAttempt(this.engine, attempt)
      await signal(db, "work").catch(() => {})
    }
  }

  async #check(version: VersionRecord, name: string, attempt: string, deadline: AbortSignal): Promise<void> {
    const { engine } = this
    await this.#log.say("info", `Installing ${version.wheelFilename}`)
    const lines = new LiveLines((some) => this.#log.append(some))
    const interpreter = await installVersion(engine, version, lines.add, deadline).finally(() => lines.close())
    // A check runs its owner's code, on the owner's behalf.
    const injection = await gatherInjection(engine.services, this.check.environmentId, true)
    const job = checkJob(name, version.wheelFilename)
    const { loaded, finished, failed, examples } = await this.#load(interpreter, job, injection, attempt, deadline)
    if (loaded && finished) {
      const { arguments: args, rewards, dataset_size: datasetSize } = loaded
      await this.#log.say("info", "The environment installs and loads")
      await this.#end({ status: "SUCCESS" }, async (tx) => {
        const examplesWithSecrets = injection.secrets.length > 0
        await updateVersion(tx, version.id, { arguments: args, rewards, datasetSize, examplesWithSecrets })
        await replaceDatasetExamples(
          tx,
          version.id,
          examples.map(({ example_id: exampleId, prompt, answer, info }) => ({ exampleId, prompt, answer, info })),
        )
      })
      engine.warm.keep(interpreter)
    } else {
      const why = failed ? classify(failed) : failure("worker_lost")
      const args = failed?.arguments
      if (args) await this.#write({}, (tx) => updateVersion(tx, version.id, { arguments: args }))
      const where = why.place ? ` (${why.place.file}:${why.place.line})` : ""
      await this.#fail(`${why.title}: ${[why.exception, why.message].filter(Boolean).join(": ")}${where}`, why)
    }
  }

  /** Loads the environment in a sandbox. @returns what the runner reported about it */
  async #load(
    interpreter: string,
    job: RunnerJob,
    injection: Injection,
    id: string,
    deadline: AbortSignal,
  ): Promise<Pick<Intake, "loaded" | "finished" | "failed" | "examples">> {
    const { executor } = this.engine
    const mask = maskOf(injection.secrets)
    const handle = await startAttempt(this.engine, { id, interpreter, job, injection })
    const spool = fileSpool(handle.workDir)
    const reported = emptyIntake()
    let offsets: Offsets = { events: 0, output: 0 }
    const allowance = new LogAllowance(outputBytesMax)
    const takeNext = async () => {
      const piece = await readNext(spool, offsets, mask, allowance)
      if (!piece) return false
      const { intake } = piece
      await this.#log.append(intake.logLines)
      offsets = piece.offsets
      reported.loaded ??= intake.loaded
      reported.finished ??= intake.finished
      reported.failed ??= intake.failed
      reported.examples.push(...intake.examples.slice(0, limits.examplesKeptMax - reported.examples.length))
      return true
    }
    let ended: Inspection | null = null
    try {
      ended = await followAttempt((one) => executor.inspect(one), handle, { takeNext, mustStop: () => deadline.aborted, wake: deadline })
    } finally {
      // Also when what it wrote could not be stored: nobody looks after it from here on.
      if (!ended) await executor.stop(handle, stopGraceMs)
    }
    if (!ended) throw deadline.reason
    await keepDataOf(this.engine, id, this.check.environmentId)
    return reported
  }

  /** The first line of a check's error is what happened, what follows explains it as a failed run would. */
  async #fail(reason: string, why?: Pick<Failure, "explanation" | "advice">): Promise<void> {
    const line = cutText(reason.replace(/\s+/g, " "), 3000)
    await this.#log.say("error", line)
    await this.#end({ status: "FAILED", error: why ? `${line}\n${why.explanation} ${why.advice}` : line })
  }

  #end(result: { status: "SUCCESS" } | { status: "FAILED"; error: string }, also?: (tx: Db) => Promise<void>): Promise<void> {
    return this.#write({ ...result, completedAt: new Date(), leaseOwner: null, leaseUntil: null }, also)
  }

  /** The only way in which a check writes. @throws when another worker has it by now, or it was deleted; it is stopped then */
  async #write(values: CheckChanges, also?: (tx: Db) => Promise<void>): Promise<void> {
    const { services, owner } = this.engine
    if (await writeCheck(services.db, this.check, owner, values, also)) return
    this.fence()
    throw new Error("The check is not this worker's any more")
  }
}

const checkJob = (name: string, wheelFilename: string) =>
  runnerJob({
    mode: "check",
    environment: moduleOf(name, wheelFilename),
    client: { type: "openai_chat_completions", base_url: "http://127.0.0.1:9", key_var: "PRIME_API_KEY", headers: {} },
  })
