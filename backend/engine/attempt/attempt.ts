import { mkdir, realpath, symlink, writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { jobSettings, type RunnerJob } from "../../../contract/index.ts"
import { artifactKey } from "../../base/files.ts"
import { type Handle, type Inspection, type Spec, workFiles } from "../../sandbox/executor.ts"
import { exactAddresses } from "../../sandbox/network.ts"
import { pythonMounts } from "../../sandbox/python-mounts.ts"
import { removeFolder } from "../../sandbox/remove-folder.ts"
import type { VersionRecord } from "../../store/environments/environment.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import type { Engine } from "../engine.ts"
import { type Injection, secretFiles } from "./injection.ts"
import { emptyIntake, type Intake, takeEvents, takeOutput } from "./intake.ts"
import type { Mask } from "./masking.ts"
import { readSpool } from "./spool.ts"

/*
 * One attempt: the life of one environment's process, from its package to the last byte it wrote. Runs and checks are both made of
 * these; what an attempt's end means, they decide.
 */

/** Between two looks at the spool. A rollout is seen this long after it finished, plus one transaction. */
const lookEveryMs = 80
const outputBytesMax = 200 * 1024 * 1024
/** Of what is printed, little at a time: samples and the requests that this process answers must not wait behind a flood. */
const outputBytesAtOnce = 1024 * 1024
/** A rollout holds a connection or two, and thousands may be at work at once. */
const openFilesMax = 16_384

/** Names an attempt of a run, and its folder. */
export const attemptId = (evaluationId: string, number: number): string => `${evaluationId}-${number}`

/** Where an attempt works. */
export const attemptFolder = (engine: Engine, id: string): string => path.join(engine.services.config.dataDir, "runs", id)

/**
 * The Python in which a version is installed; installs it when no attempt did before.
 * @param lines receives what the installer says
 * @throws InstallError in the installer's words
 */
export async function installVersion(engine: Engine, version: VersionRecord, lines: StoredLogLine[], signal: AbortSignal): Promise<string> {
  const wheel = {
    path: await engine.services.files.localPath(artifactKey(version.id, "wheel")),
    filename: version.wheelFilename,
    sha256: version.wheelSha256,
  }
  return engine.python.prepare(wheel, (text) => lines.push({ at: Date.now(), stream: "platform", level: "info", text }), signal)
}

export interface AttemptSpec {
  /** Names the attempt and its folder. Never used twice for different work. */
  id: string
  interpreter: string
  job: RunnerJob
  injection: Injection
  /** Variables of the platform's own; whatever is injected does not change them. */
  variables?: Record<string, string>
  /** Addresses that this one must reach besides the internet and what every other may. */
  reach?: string[]
}

/** How an attempt of this name will be found, also when its start is not seen through: its name leads to its folder. */
export const handleOf = (engine: Engine, id: string): Handle => ({ kind: engine.executor.kind, id, workDir: attemptFolder(engine, id) })

/** The environment's process as far as it is the same for every run and check of a version: where it works, and with which Python. */
export async function prepareSpec(engine: Engine, id: string, interpreter: string): Promise<Spec> {
  const workDir = attemptFolder(engine, id)
  await removeAttempt(engine, id)
  const home = path.join(workDir, workFiles.home)
  const temporary = path.join(workDir, workFiles.tmp)
  for (const folder of [home, temporary]) await mkdir(folder, { recursive: true, mode: 0o700 })
  const { root, sandbox, workerPort } = engine.services.config
  const sources = path.join(root, "runner/src")
  return {
    id,
    workDir,
    argv: [interpreter, "-m", "hosted_runner", path.join(workDir, workFiles.job), path.join(workDir, workFiles.events)],
    env: {
      PATH: `${path.dirname(interpreter)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: home,
      TMPDIR: temporary,
      LANG: "C.UTF-8",
      PYTHONPATH: sources,
      PYTHONUNBUFFERED: "1",
      TOKENIZERS_PARALLELISM: "false",
      HF_DATASETS_DISABLE_PROGRESS_BARS: "1",
    },
    mounts: [...(await pythonMounts(interpreter)), { source: sources, target: sources, writable: false }],
    limits: {
      memoryBytes: sandbox.memoryBytes,
      processes: sandbox.processes,
      openFiles: openFilesMax,
      diskBytes: sandbox.diskBytes,
    },
    network: sandbox.network,
    reach: [`127.0.0.1:${workerPort}`, ...exactAddresses(sandbox.allow)],
    outputBytesMax,
  }
}

/** Starts the environment's process, in a folder made anew; or sends one that waits for just this on its way. */
export async function startAttempt(engine: Engine, attempt: AttemptSpec): Promise<Handle> {
  const { id, interpreter, injection, variables, reach = [] } = attempt
  const give = (workDir: string) => {
    const secret = secretFiles(path.join(workDir, workFiles.home), injection.files)
    const job = { [path.join(workDir, workFiles.job)]: Buffer.from(JSON.stringify(attempt.job)) }
    return { env: { ...injection.variables, ...secret.variables, ...variables }, files: { ...secret.files, ...job } }
  }
  const names = [...Object.keys(injection.variables), ...Object.keys(injection.files)]
  const waiting = reach.length > 0 || names.some(matterWhileImporting) ? undefined : engine.warm.take(interpreter)
  if (waiting) {
    await removeAttempt(engine, id)
    // The folder keeps the name it was made with; this is how the attempt's own name leads there.
    await symlink(waiting.handle.workDir, attemptFolder(engine, id))
    const { env, files } = give(waiting.handle.workDir)
    // It writes its files itself: its folder is its own by now, and may hold links to what is not.
    const encoded = Object.fromEntries(Object.entries(files).map(([file, content]) => [file, content.toString("base64")]))
    if (waiting.release(JSON.stringify({ env, files: encoded }))) return waiting.handle
  }
  const spec = await prepareSpec(engine, id, interpreter)
  const { env, files } = give(spec.workDir)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, content, { mode: 0o600 })
  }
  return engine.executor.start({ ...spec, env: { ...spec.env, ...env }, reach: [...spec.reach, ...reach] })
}

/** Variables that libraries read while they are imported: a process that has imported them already would not see these. */
const matterWhileImporting = (name: string): boolean =>
  /^(PYTHON|LD_|HF_|HUGGINGFACE_|TRANSFORMERS_|DATASETS_|TOKENIZERS_|OMP_|MKL_|OPENBLAS_|ARROW_|TORCH|CUDA_|LC_|LANG|TZ$|PATH$|HOME$|TMPDIR$)|_PROXY$/i.test(
    name,
  )

/** How far the two files that an attempt writes have been read, in bytes. */
export interface Offsets {
  events: number
  output: number
}

/** Reads the next piece of what an attempt wrote; null when there is nothing new. */
export async function readPiece(workDir: string, from: Offsets, mask: Mask): Promise<{ intake: Intake; offsets: Offsets } | null> {
  const events = await readSpool(path.join(workDir, workFiles.events), from.events)
  const output = await readSpool(path.join(workDir, workFiles.output), from.output, outputBytesAtOnce)
  if (events.offset === from.events && output.offset === from.output) return null
  const intake = emptyIntake()
  takeEvents(intake, events.lines, mask)
  takeOutput(intake, output.lines, mask)
  if (events.oversized || output.oversized)
    intake.logLines.push({ at: Date.now(), stream: "platform", level: "warning", text: "A line of more than 16 MiB was left out" })
  intake.logLines.sort((a, b) => a.at - b.at)
  return { intake, offsets: { events: events.offset, output: output.offset } }
}

/**
 * Watches an attempt until it has ended and all that it wrote is taken in.
 * @param takeNext takes in the next piece; false when there was none
 * @param leave asked after each look: true ends the watch
 * @param wake ends a wait between two looks
 * @returns how the attempt ended; null when the watch was left
 */
export async function followAttempt(
  engine: Engine,
  handle: Handle,
  takeNext: () => Promise<boolean>,
  leave: () => boolean,
  wake: AbortSignal,
): Promise<Inspection | null> {
  for (;;) {
    // Asked before reading, so that nothing that was written before the end is missed.
    const state = await engine.executor.inspect(handle)
    const moved = await takeNext()
    if (leave()) return null
    if (moved) continue
    if (state.phase !== "running") return state
    await sleep(lookEveryMs, undefined, { signal: wake }).catch(() => {})
  }
}

/** Deletes what an attempt left on disk, secret files among it. */
export async function removeAttempt(engine: Engine, id: string): Promise<void> {
  const named = attemptFolder(engine, id)
  const folder = await realpath(named).catch(() => named)
  for (const place of new Set([folder, named])) await removeFolder(place).catch(() => {})
}

/** An environment's module: its name without owner and version, dashes as underscores. */
export const moduleName = (environment: string): string =>
  (environment.split("/").at(-1) ?? environment).replace(/@.*$/, "").replace(/-/g, "_")

/** A job in which everything that is not given has its default. */
export const runnerJob = (given: Pick<RunnerJob, "mode" | "environment" | "client"> & Partial<RunnerJob>): RunnerJob => ({
  v: 1,
  model: "",
  ...jobSettings({ num_examples: 1, rollouts_per_example: 1 }),
  done: [],
  only: null,
  ...given,
})
