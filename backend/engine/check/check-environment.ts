import type { RunnerJob } from "../../../contract/index.ts"
import { toError } from "../../base/errors.ts"
import { isDatabaseAway } from "../../store/db.ts"
import { renewCheckLease } from "../../store/environments/check-leases.ts"
import { updateCheck } from "../../store/environments/checks.ts"
import type { CheckRecord } from "../../store/environments/environment.ts"
import { findEnvironmentName } from "../../store/environments/environments.ts"
import { findVersionById, updateVersion } from "../../store/environments/versions.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import { countLogLines } from "../../store/logs/read-logs.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { signal } from "../../store/signals.ts"
import { heartbeatSeconds } from "../../store/workers/leases.ts"
import {
  followAttempt,
  installVersion,
  moduleName,
  type Offsets,
  readPiece,
  removeAttempt,
  runnerJob,
  startAttempt,
} from "../attempt/attempt.ts"
import { classify, failure } from "../attempt/classify.ts"
import { gatherInjection } from "../attempt/injection.ts"
import { emptyIntake, type Intake } from "../attempt/intake.ts"
import { type Mask, maskOf } from "../attempt/masking.ts"
import type { Engine } from "../engine.ts"
import { InstallError } from "../install/python-environments.ts"

const minutesMax = 15

/**
 * Checks a published version: really installs it and calls load_environment() in a sandbox. What it declares (arguments, rewards,
 * size of the dataset) is kept with the version; the log stays with the check.
 */
export async function checkEnvironment(engine: Engine, action: CheckRecord, stop: AbortSignal): Promise<void> {
  const { services, executor, owner } = engine
  const { db, log } = services
  const deadline = AbortSignal.any([stop, AbortSignal.timeout(minutesMax * 60_000)])
  const id = `check-${action.id}-${action.attempt}`
  const beat = setInterval(() => void renewCheckLease(db, action.id, owner).catch(() => {}), heartbeatSeconds * 1000)
  let lines = await countLogLines(db, action.id)
  let mask: Mask = (text) => text
  const keep = async (intake: Intake) => {
    await appendLogLines(db, action.id, lines, intake.logLines)
    lines += intake.logLines.length
  }
  const say = (level: StoredLogLine["level"], text: string) =>
    keep({ ...emptyIntake(), logLines: [{ at: Date.now(), stream: "platform", level, text }] })
  try {
    const version = await findVersionById(db, action.versionId)
    const name = await findEnvironmentName(db, action.environmentId)
    if (!version || !name) return
    await say("info", `Installing ${version.wheelFilename}`)
    const installed = emptyIntake()
    const interpreter = await installVersion(engine, version, installed.logLines, deadline).finally(() => keep(installed))
    // A check runs what its owner published, for its owner.
    const injection = await gatherInjection(services, action.environmentId, true)
    mask = maskOf(injection.secrets)
    const handle = await startAttempt(engine, { id, interpreter, job: checkJob(name), injection })
    const all = emptyIntake()
    let offsets: Offsets = { events: 0, output: 0 }
    const takeNext = async () => {
      const piece = await readPiece(handle.workDir, offsets, mask)
      if (!piece) return false
      const { intake } = piece
      await keep(intake)
      offsets = piece.offsets
      all.loaded ??= intake.loaded
      all.finished ??= intake.finished
      all.failed ??= intake.failed
      return true
    }
    const ended = await followAttempt(engine, handle, takeNext, () => deadline.aborted, deadline)
    if (!ended) {
      await executor.stop(handle, 1000)
      throw deadline.reason
    }
    if (all.loaded && all.finished) {
      await updateVersion(db, version.id, {
        arguments: all.loaded.arguments,
        rewards: all.loaded.rewards,
        datasetSize: all.loaded.dataset_size,
      })
      await say("info", "The environment installs and loads")
      engine.warm.keep(interpreter)
      await updateCheck(db, action.id, { status: "SUCCESS", completedAt: new Date(), leaseOwner: null, leaseUntil: null })
    } else {
      const why = all.failed ? classify(all.failed) : failure("worker_lost")
      const where = why.place ? ` (${why.place.file}:${why.place.line})` : ""
      await fail(`${why.title}: ${[why.exception, why.message].filter(Boolean).join(": ")}${where}`)
    }
  } catch (error) {
    // The platform stops: whoever starts next checks it anew.
    if (stop.aborted) await updateCheck(db, action.id, { status: "PENDING", leaseOwner: null, leaseUntil: null })
    // Its lease runs out, and whoever claims it then checks it anew.
    else if (isDatabaseAway(error)) log.warn({ action: action.id }, "a check was left, as the database is away")
    else if (deadline.aborted) await fail(`The check took longer than ${minutesMax} minutes`)
    else if (error instanceof InstallError) await fail(`The environment could not be installed: ${error.message.split("\n").at(-1)}`)
    else {
      log.error({ error: toError(error).stack, action: action.id }, "a check failed in the platform")
      await fail(`The platform failed: ${toError(error).message}`)
    }
  } finally {
    clearInterval(beat)
    await removeAttempt(engine, id)
    await signal(db, "work").catch(() => {})
  }

  async function fail(sentence: string): Promise<void> {
    await say("error", sentence)
    await updateCheck(db, action.id, {
      status: "FAILED",
      error: sentence.slice(0, 4000),
      completedAt: new Date(),
      leaseOwner: null,
      leaseUntil: null,
    })
  }
}

const checkJob = (name: string): RunnerJob =>
  runnerJob({
    mode: "check",
    environment: moduleName(name),
    client: { type: "openai_chat_completions", base_url: "http://127.0.0.1:9", key_var: "PRIME_API_KEY", headers: {} },
  })
