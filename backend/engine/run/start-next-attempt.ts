import { availableParallelism } from "node:os"
import path from "node:path"
import { describeExecutor, HostedEvalConfig, type JsonObject, permissionsOf } from "../../../contract/index.ts"
import { localExecutor } from "../../base/engines/engine-config.ts"
import { toError } from "../../base/errors.ts"
import { newToken } from "../../base/ids.ts"
import type { Handle } from "../../sandbox/executor.ts"
import { addressesAt, reachEndpoint, splitAddress } from "../../sandbox/network.ts"
import type { Db } from "../../store/db.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import { listSshAddresses } from "../../store/instances/instances.ts"
import { listStoredRollouts } from "../../store/samples/samples.ts"
import type { AttemptHandle } from "../attempt/attempt-process.ts"
import { failure } from "../attempt/classify.ts"
import { attemptId, handleOf } from "../attempt/folder.ts"
import type { RunResources } from "../attempt/process-spec.ts"
import { startAttempt } from "../attempt/start.ts"
import { InstallError } from "../install/install-error.ts"
import { installVersion } from "../install/install-version.ts"
import { LiveLines } from "../install/live-lines.ts"
import { JobRefused, type RemoteEngine } from "../remote/remote-engine.ts"
import { startRemote } from "../remote/start-remote.ts"
import { shardJobs, shardNames, shardsOf, splitsInto } from "../shards/shard-jobs.ts"
import { startOthers } from "../shards/start-others.ts"
import { endLate, endRun, endStopped } from "./end-run.ts"
import { environmentLabel, jobOf, platformVariables, storedRolloutsFile } from "./run-job.ts"
import { writeStoredRollouts } from "./stored-rollouts.ts"
import { recordSandboxTime, type SupervisedRun } from "./supervised-run.ts"

const gigabyte = 1024 ** 3

type RunConfig = Omit<HostedEvalConfig, "custom_secrets">

/**
 * Prepares and starts a run's next attempt.
 * @param onInstalled called with the Python in which the environment is installed
 * @returns false when the run ended instead
 */
export async function startNextAttempt(run: SupervisedRun, onInstalled: (interpreter: string) => void): Promise<boolean> {
  const { engine, record } = run
  const { versionId } = record.row
  const version = versionId ? await findVersionById(engine.services.db, versionId) : undefined
  if (!version) {
    await endRun(run, "FAILED", failure("environment_install", { message: "The environment's version was deleted before the run began" }))
    return false
  }
  const config = HostedEvalConfig.omit({ custom_secrets: true }).parse(record.row.evalConfig)
  const mayTunnel = permissionsOf(config).includes("tunnel")
  // The client of a tunnel, and rollouts that are scored again, are files of this machine.
  const name = mayTunnel || record.row.scoresOf ? localExecutor : (config.executor ?? localExecutor)
  const elsewhere = name === localExecutor ? null : engine.remote.engine(name)
  if (elsewhere === undefined) {
    const message = `It was to run on ${name}, which is not set up here any more`
    await endRun(run, "FAILED", failure("no_place", { message }, config))
    return false
  }
  await beginAttempt(run, config, elsewhere)
  if (mayTunnel) engine.tunnels.need()
  const interpreter = await install(run, version)
  if (interpreter === null) return false
  if (!elsewhere) onInstalled(interpreter)
  if (mayTunnel && engine.tunnels.isPreparing) {
    // Once in the life of a platform this takes minutes. What becomes of it, the run learns when it asks for a tunnel.
    await record.update({ phaseDetail: "preparing the tunnel server" })
    await engine.tunnels.settled(run.stop.signal)
  }
  return startProcess(run, config, version, interpreter, elsewhere).catch(async (error: unknown) => {
    if (!(error instanceof JobRefused)) throw error
    await endRun(run, "FAILED", failure("no_place", { message: error.message }, config))
    return false
  })
}

/** Counts a new attempt, from the beginning of its spool. */
async function beginAttempt({ engine, record }: SupervisedRun, config: RunConfig, elsewhere: RemoteEngine | null): Promise<void> {
  const { row } = record
  // Resuming a run clears its start.
  const reason = row.startedAt ? "continued" : row.resume ? "resumed" : "launched"
  const startedAt = row.startedAt ?? new Date()
  const { max, default: unnamed } = engine.services.config.timeoutMinutes
  // Also of a run that was launched when the bound was higher.
  const minutes = Math.min(config.timeout_minutes ?? unnamed, max)
  await record.update(
    {
      status: "RUNNING",
      phase: "installing",
      phaseDetail: "installing environment",
      attempt: row.attempt + 1,
      handle: null,
      machine: engine.machine,
      gatewayPort: engine.services.config.workerPort,
      eventsOffset: 0,
      outputOffset: 0,
      rolloutsStarted: row.samplesDone - row.samplesToRedo,
      startedAt,
      deadlineAt: row.deadlineAt ?? new Date(startedAt.getTime() + minutes * 60_000),
      executor: (elsewhere ?? engine.executor).kind,
    },
    { begins: { reason } },
  )
  const { attempt, samplesDone } = record.row
  await record.log(
    "info",
    attempt === 1 ? `Installing ${environmentLabel(record.row)}` : `Attempt ${attempt}: ${reason} with ${samplesDone} rollouts done`,
  )
}

/** Installs the environment; null when the run ended instead. */
async function install(run: SupervisedRun, version: VersionRecord): Promise<string | null> {
  const { engine, record, stop } = run
  const timeLeft = Math.max(0, (record.row.deadlineAt as Date).getTime() - Date.now())
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(timeLeft)])
  const lines = new LiveLines((some) => record.appendLog(some))
  const installed = await installVersion(engine, version, lines.add, signal).catch(toError)
  await lines.close()
  if (typeof installed === "string") return installed
  if (stop.signal.aborted) await endStopped(run)
  else if (signal.aborted) await endLate(run, "The time was used up while the environment was being installed")
  else if (installed instanceof InstallError) await endRun(run, "FAILED", failure("environment_install", { message: installed.message }))
  // The platform's own trouble, such as a database that is away: it is tried again, and its text, which may quote queries, stays in the worker's log.
  else throw installed
  return null
}

/**
 * Starts the environment's process; false when the run ended instead.
 * @param elsewhere the engine of other machines that is to start it; null for this machine
 */
async function startProcess(
  run: SupervisedRun,
  config: RunConfig,
  version: VersionRecord,
  interpreter: string,
  elsewhere: RemoteEngine | null,
): Promise<boolean> {
  const { engine, record } = run
  const { executor, services } = engine
  const { workerPort, sandbox, publicUrl } = services.config
  const kind = (elsewhere ?? executor).kind
  const isOpen = elsewhere ? elsewhere.encloses : kind === "process"
  const platformUrl = elsewhere?.platformUrl ?? `http://127.0.0.1:${workerPort}`
  const { attempt, scoresOf } = record.row
  const token = newToken("her_")
  const injection = await record.gatherInjection(token, permissionsOf(config))
  const job = jobOf(record.row, config, version, await listStoredRollouts(services.db, record.id), platformUrl)
  const endpoint = config.api_base_url ? await reachEndpoint(config.api_base_url, sandbox.allow) : { reach: [] }
  if ("refused" in endpoint && !isOpen) {
    await endRun(run, "FAILED", failure("inference_unavailable", { message: endpoint.refused }, config))
    return false
  }
  const id = attemptId(record.id, attempt)
  const room = {
    rollouts: record.row.rolloutsTotal,
    // A cluster is given several jobs only where somebody asked for them.
    cores: elsewhere ? 1 : availableParallelism(),
    most: services.config.maxShards,
  }
  const names = shardNames(id, scoresOf ? 1 : shardsOf(config, room))
  const into = names.length === 1 && !elsewhere ? splitsInto(record.row, services.config) : 1
  const placeOf = (name: string) => (elsewhere ? engine.remote.handleOf(name, elsewhere) : handleOf(engine, name))
  const whole = (handles: Handle[]): AttemptHandle => (names.length === 1 ? (handles[0] as Handle) : { ...placeOf(id), shards: handles })
  // Stored before the process exists: a worker that takes over in between finds it, or finds that it was never started.
  const planned = whole(names.map(placeOf))
  await record.update({ phase: "starting", phaseDetail: "starting the environment", handle: asJson(planned) })
  const inShards = names.length === 1 ? "" : `, as ${names.length} processes that share the rollouts`
  await record.log("info", `${whereInWords(kind, elsewhere)}${inShards}`)
  const variables = platformVariables(record.id, token, platformUrl, publicUrl)
  for (const name of Object.keys(variables).filter((name) => name in injection.variables || name in injection.files))
    await record.log("warning", `${name} is the run's own here, and what is set under that name is not used: give it another name`)
  const reach = ["reach" in endpoint ? endpoint.reach : [], config.allow_instances_access ? await doorsOf(services.db) : []].flat()
  const handles: Handle[] = []
  const parts = { interpreter, injection, variables, reach, resources: resourcesOf(config) }
  run.startOthers = into > 1 ? (handle) => startOthers(run, handle, job, parts) : null
  for (const [shard, part] of shardJobs({ ...job, processes: into }, names.length).entries()) {
    const process = { ...parts, id: names[shard] as string, job: part }
    handles.push(
      elsewhere
        ? await startRemote(engine, { ...process, evaluationId: record.id, number: attempt, engine: elsewhere }).catch(
            async (error: unknown) => {
              await record.log("warning", `${kind} does not take it at the moment: ${toError(error).message}`)
              throw error
            },
          )
        : await startAttempt(engine, {
            ...process,
            ...(scoresOf
              ? { prepare: (folder) => writeStoredRollouts(services.db, scoresOf.evaluation_id, path.join(folder, storedRolloutsFile)) }
              : {}),
          }),
    )
  }
  await record.update({ handle: asJson(whole(handles)) })
  await recordSandboxTime(run)
  services.log.info({ evaluation: record.id, attempt, owner: engine.owner }, "a run started")
  return true
}

function whereInWords(kind: string, elsewhere: RemoteEngine | null): string {
  if (!elsewhere) return `The environment runs in ${describeExecutor(kind)}`
  return `The environment runs on ${kind}, in ${elsewhere.encloses ? "a container" : describeExecutor("bubblewrap")}`
}

/** What the configuration asks of the machine; nothing of it is set to what it leaves out. */
function resourcesOf({ cpu_cores, memory_gb, disk_size_gb, gpu_count }: RunConfig): RunResources {
  return {
    ...(cpu_cores ? { cpuCores: cpu_cores } : {}),
    ...(memory_gb ? { memoryBytes: Math.floor(memory_gb * gigabyte) } : {}),
    ...(disk_size_gb ? { diskBytes: Math.floor(disk_size_gb * gigabyte) } : {}),
    ...(gpu_count ? { gpus: gpu_count } : {}),
  }
}

/** Where SSH reaches the instances that a run may make. */
async function doorsOf(db: Db): Promise<string[]> {
  const doors = (await listSshAddresses(db)).map(splitAddress)
  return (await Promise.all(doors.map(({ host, port }) => (port === null ? [] : addressesAt(host, port))))).flat()
}

const asJson = (handle: AttemptHandle): JsonObject => ({ ...handle })
