import { mkdir, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { RunnerJob } from "../../contract/index.ts"
import { toError } from "../base/errors.ts"
import { artifactKey } from "../base/files.ts"
import { workFiles } from "../sandbox/executor.ts"
import { type ActionRecord, findEnvironmentName, findVersionById, updateVersion } from "../store/environments.ts"
import { beatSeconds, renewActionLease, updateAction } from "../store/leases.ts"
import { appendLogLines, countLogLines } from "../store/logs.ts"
import { signal } from "../store/signals.ts"
import { classify, failure } from "./classify.ts"
import type { Engine } from "./engine.ts"
import { gatherInjection, writeSecretFiles } from "./injection.ts"
import { emptyIntake, type Intake, takeEvents, takeOutput } from "./intake.ts"
import { type Mask, maskOf } from "./masking.ts"
import { InstallError } from "./python-environments.ts"
import { readSpool } from "./spool.ts"
import { moduleName } from "./supervise-run.ts"

const minutesMax = 15
const lookEveryMs = 200
const outputBytesMax = 20 * 1024 * 1024

/**
 * Checks a published version: really installs it and calls load_environment() in a sandbox. What it declares (arguments, rewards,
 * size of the dataset) is kept with the version; the log stays with the check.
 */
export async function checkEnvironment(engine: Engine, action: ActionRecord, stop: AbortSignal): Promise<void> {
  const { services, executor, python, owner } = engine
  const { db, files, config, log } = services
  const deadline = AbortSignal.any([stop, AbortSignal.timeout(minutesMax * 60_000)])
  const workDir = path.join(config.dataDir, "runs", `check-${action.id}-${action.attempt}`)
  const beat = setInterval(() => void renewActionLease(db, action.id, owner).catch(() => {}), beatSeconds * 1000)
  let lines = await countLogLines(db, action.id)
  let mask: Mask = (text) => text
  const keep = async (intake: Intake) => {
    await appendLogLines(db, action.id, lines, intake.logLines)
    lines += intake.logLines.length
  }
  const say = (level: string, text: string) => keep({ ...emptyIntake(), logLines: [{ at: Date.now(), stream: "platform", level, text }] })
  try {
    const version = await findVersionById(db, action.versionId)
    const name = await findEnvironmentName(db, action.environmentId)
    if (!version || !name) return
    await say("info", `Installing ${version.wheelFilename}`)
    const installed = emptyIntake()
    const wheel = {
      path: await files.localPath(artifactKey(version.id, "wheel")),
      filename: version.wheelFilename,
      sha256: version.wheelSha256,
    }
    const interpreter = await python
      .prepare(wheel, (text) => installed.logLines.push({ at: Date.now(), stream: "platform", level: "info", text }), deadline)
      .finally(() => keep(installed))
    await rm(workDir, { recursive: true, force: true })
    const home = path.join(workDir, "home")
    await mkdir(home, { recursive: true, mode: 0o700 })
    // A check runs what its owner published, for its owner.
    const injection = await gatherInjection(services, action.environmentId, true)
    mask = maskOf(injection.secrets)
    const injected = { ...injection.variables, ...(await writeSecretFiles(home, injection.files)) }
    await writeFile(path.join(workDir, workFiles.job), JSON.stringify(checkJob(name)))
    const handle = await executor.start({
      id: `check-${action.id}-${action.attempt}`,
      workDir,
      argv: [interpreter, "-m", "hosted_runner", workFiles.job, workFiles.events],
      env: {
        PATH: `${path.dirname(interpreter)}:/usr/local/bin:/usr/bin:/bin`,
        HOME: home,
        LANG: "C.UTF-8",
        PYTHONPATH: path.join(config.root, "runner/src"),
        PYTHONUNBUFFERED: "1",
        TOKENIZERS_PARALLELISM: "false",
        HF_DATASETS_DISABLE_PROGRESS_BARS: "1",
        ...injected,
      },
      outputBytesMax,
    })
    const all = emptyIntake()
    for (let events = 0, output = 0, ended = false; ; ) {
      ended = (await executor.inspect(handle)).phase !== "running"
      const eventsPart = await readSpool(path.join(workDir, workFiles.events), events)
      const outputPart = await readSpool(path.join(workDir, workFiles.output), output)
      const moved = eventsPart.offset !== events || outputPart.offset !== output
      events = eventsPart.offset
      output = outputPart.offset
      const intake = emptyIntake()
      takeEvents(intake, eventsPart.lines, mask)
      takeOutput(intake, outputPart.lines, mask)
      await keep(intake)
      all.loaded ??= intake.loaded
      all.finished ??= intake.finished
      all.failed ??= intake.failed
      if (deadline.aborted) {
        await executor.stop(handle, 1000)
        throw deadline.reason
      }
      if (ended && !moved) break
      if (!moved) await sleep(lookEveryMs, undefined, { signal: deadline }).catch(() => {})
    }
    if (all.loaded && all.finished) {
      await updateVersion(db, version.id, {
        arguments: all.loaded.arguments,
        rewards: all.loaded.rewards,
        datasetSize: all.loaded.dataset_size,
      })
      await say("info", "The environment installs and loads")
      await updateAction(db, action.id, { status: "SUCCESS", completedAt: new Date(), leaseOwner: null, leaseUntil: null })
    } else {
      const why = all.failed ? classify(all.failed) : failure("worker_lost")
      await fail(`${why.title}: ${[why.exception, why.message].filter(Boolean).join(": ")}`)
    }
  } catch (error) {
    // The platform stops: whoever starts next checks it anew.
    if (stop.aborted) await updateAction(db, action.id, { status: "PENDING", leaseOwner: null, leaseUntil: null })
    else if (deadline.aborted) await fail(`The check took longer than ${minutesMax} minutes`)
    else if (error instanceof InstallError) await fail(`The environment could not be installed: ${error.message.split("\n").at(-1)}`)
    else {
      log.error({ error: toError(error).stack, action: action.id }, "a check failed in the platform")
      await fail(`The platform failed: ${toError(error).message}`)
    }
  } finally {
    clearInterval(beat)
    await rm(workDir, { recursive: true, force: true }).catch(() => {})
    await signal(db, "work").catch(() => {})
  }

  async function fail(sentence: string): Promise<void> {
    await say("error", sentence)
    await updateAction(db, action.id, {
      status: "FAILED",
      error: sentence.slice(0, 4000),
      completedAt: new Date(),
      leaseOwner: null,
      leaseUntil: null,
    })
  }
}

const checkJob = (name: string): RunnerJob => ({
  v: 1,
  mode: "check",
  environment: moduleName(name),
  env_args: {},
  extra_env_kwargs: {},
  model: "",
  num_examples: 1,
  rollouts_per_example: 1,
  max_concurrent: 1,
  max_retries: 0,
  independent_scoring: false,
  sampling_args: {},
  state_columns: [],
  verbose: false,
  client: { type: "openai_chat_completions", base_url: "http://127.0.0.1:9", key_var: "PRIME_API_KEY", headers: {} },
  on_rollout_exception: "record",
  done: [],
})
