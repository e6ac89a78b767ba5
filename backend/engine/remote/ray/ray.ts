import type { ServerAccess } from "../engine-server.ts"
import { type EngineWord, JobRefused, type RemoteEngine } from "../remote-engine.ts"
import { jobPath, RayApi, RayError } from "./api.ts"
import type { RayJob } from "./objects.ts"
import { reportOf } from "./report.ts"
import { standingOf } from "./standing.ts"

/** How a Ray is asked, and what for. */
export interface RayOptions extends Pick<RemoteEngine, "folder" | "platformUrl" | "silenceSeconds"> {
  /** As handles and runs name it; `ray` when left out. */
  name?: string
  /** Its dashboard, which has the Jobs API, and the token of the cluster. */
  access: ServerAccess
  /** Python 3.11 or newer, and the folder of the platform's own programs (runner/src/sandbox), as the nodes have them. */
  python: string
  programs: string
  /** Cores that an attempt asks for where its run does not say. */
  cpus: number
  /** Resources of one's own that an attempt asks for besides, such as one that only some nodes have. */
  resources?: Record<string, number>
  /** Labels that its node must have. */
  labelSelector?: Record<string, string>
}

/** What the platform's own programs beside an attempt need of memory. */
const ownBytes = 128 * 1024 ** 2
/** Ray kills what it has stopped after three seconds, unless the job says otherwise: as long as an attempt has to send what it wrote. */
const stopSeconds = 45
/** Ray keeps what it knows of each job until it is told to forget it. */
const keptMs = 600_000
/** Marks what belongs to the platform. */
const managedBy = { "managed-by": "hosted-evals" }

/**
 * Starts attempts as jobs of Ray, by its Jobs API. A job is called as its attempt. Ray encloses nothing that it starts, and holds nothing to what it asked for: that
 * is the sandbox's, which the program beside an attempt makes.
 */
export function rayEngine(options: RayOptions): RemoteEngine {
  const { name: kind = "ray", folder, platformUrl, silenceSeconds, python, programs, resources, labelSelector } = options
  const api = new RayApi(options.access)
  return {
    kind,
    folder,
    platformUrl,
    silenceSeconds,

    async submit(name, { ATTEMPT_URL, ATTEMPT_TOKEN }, { cpus = options.cpus, gpus, limits }) {
      const job = {
        submission_id: name,
        entrypoint: `exec '${python}' -I -S '${programs}' ship`,
        runtime_env: { env_vars: { ATTEMPT_URL, ATTEMPT_TOKEN, RAY_JOB_STOP_WAIT_TIME_S: String(stopSeconds) } },
        metadata: managedBy,
        // Without any of these Ray would start it on the head, whatever that is busy with.
        entrypoint_num_cpus: cpus,
        ...(gpus && { entrypoint_num_gpus: gpus }),
        entrypoint_memory: limits.memoryBytes + ownBytes,
        ...(resources && { entrypoint_resources: resources }),
        ...(labelSelector && { entrypoint_label_selector: labelSelector }),
      }
      await api.ask("POST", "/api/jobs/", job).catch(async (error: unknown) => {
        // Ray takes no second job of that name, and says so in a traceback. An answer that was lost comes to the same.
        if (await api.job(name).catch(() => null)) return
        throw isRefusal(error) ? new JobRefused(error.message) : error
      })
    },

    async inspect(name): Promise<EngineWord> {
      try {
        const job = await api.job(name)
        return job ? standingOf(job) : { phase: "gone" }
      } catch {
        return { phase: "unknown" }
      }
    },

    async cancel(name) {
      if (await api.job(name)) await api.ask("POST", `${jobPath(name)}/stop`)
    },

    async report() {
      const jobs = await api.ask<RayJob[]>("GET", "/api/jobs/")
      const before = Date.now() - keptMs
      const over = jobs.filter(
        ({ metadata, end_time }) => metadata?.["managed-by"] === managedBy["managed-by"] && (end_time ?? Infinity) < before,
      )
      for (const { submission_id } of over) await api.ask("DELETE", jobPath(submission_id as string))
      return reportOf(jobs, await api.nodes(), await api.usage())
    },
  }
}

/** What is wrong with a request is wrong with the next one, too. Ray says so as an error of its own, whose text is a traceback. */
const isRefusal = (error: unknown): error is RayError =>
  error instanceof RayError && (error.status === 400 || error.message.startsWith("ValueError"))
