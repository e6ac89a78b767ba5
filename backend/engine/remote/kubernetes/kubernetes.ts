import { toError } from "../../../base/errors.ts"
import { type EngineWord, JobRefused, type RemoteEngine, type RemoteNeeds } from "../remote-engine.ts"
import { KubernetesApi, KubernetesError } from "./api.ts"
import { attemptJob, gpuResourceDefault, jobLabel, managedBy, tokenKey } from "./job.ts"
import { egressOf, policyOf } from "./network-policy.ts"
import type { Happening, Job, List, Pod } from "./objects.ts"
import type { KubernetesOptions } from "./options.ts"
import { type PolicyProbe, probeNetwork } from "./probe-network.ts"
import { type ClusterReport, reportOf } from "./report.ts"
import { standingOf } from "./standing.ts"

/** The network of a cluster is not replaced often, and a probe is two pods. */
const probeKeptMs = 3600_000
/** Names of Jobs are part of their pods' names, and labels. */
const jobName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export interface KubernetesEngine extends RemoteEngine {
  /** Whether the cluster keeps pods to their NetworkPolicies, tried with two pods once an hour. Rejects where that cannot be told. */
  probe: () => Promise<PolicyProbe>
  /** What the cluster has and how full it is. It does not wait for the probe, and says what that has found. */
  describe: () => Promise<ClusterReport>
}

/**
 * Starts attempts as Jobs of Kubernetes: one pod each, which nothing makes again, with a NetworkPolicy of its own. The pod is the sandbox. The token
 * of the attempt is in a Secret that goes with the Job.
 */
export function kubernetesEngine(options: KubernetesOptions): KubernetesEngine {
  const { name: kind = "kubernetes", folder, platformUrl, silenceSeconds, queue, gpuResource = gpuResourceDefault } = options
  const api = new KubernetesApi(options.access)
  const jobs = (name = "") => api.path("jobs", name, "batch/v1")
  let probed: { at: number; probe: Promise<PolicyProbe> } | null = null
  let known: PolicyProbe | Error | null = null

  const probe = (): Promise<PolicyProbe> => {
    if (!probed || Date.now() - probed.at > probeKeptMs) {
      const begun = { at: Date.now(), probe: probeNetwork(api, options) }
      probed = begun
      begun.probe.then(
        (found) => {
          known = found
        },
        // What could not be told is asked again.
        (error: unknown) => {
          known = toError(error)
          if (probed === begun) probed = null
        },
      )
    }
    return probed.probe
  }

  /** By default its pods would stay, and run on. */
  const remove = (name: string) => api.ask("DELETE", jobs(name), { propagationPolicy: "Foreground" })

  /** @throws JobRefused for a run that is to have no network in a cluster that would give it one */
  const requireIsolation = async ({ network }: RemoteNeeds) => {
    if (network === "internet") return
    const found = await probe()
    if (!found.enforced)
      throw new JobRefused(
        `Runs without internet are not started on this cluster: ${found.reason}. Use a network that does, or allow the internet`,
      )
  }

  return {
    kind,
    folder,
    platformUrl,
    silenceSeconds,
    encloses: true,
    limitsMemory: true,
    probe,

    describe() {
      probe().catch(() => {})
      return reportOf(api, gpuResource, known)
    },

    async submit(name, { ATTEMPT_TOKEN }, needs) {
      if (!jobName.test(name)) throw new JobRefused(`A job cannot be called ${name}: lower-case letters, digits and hyphens, at most 63`)
      const job = attemptJob(options, name, needs)
      await requireIsolation(needs)
      const policy = policyOf(name, await egressOf(options, needs))
      const made = (await api.make<Job>(jobs(), job).catch(asRefusal)) ?? (await api.ask<Job>("GET", jobs(name)))
      if (!made.spec.suspend || made.metadata.deletionTimestamp) return
      // It waits for what belongs to it. Whoever died in between left that to us.
      try {
        const owned = { ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name, uid: made.metadata.uid }] }
        const secret = { apiVersion: "v1", kind: "Secret", stringData: { [tokenKey]: ATTEMPT_TOKEN } }
        await Promise.all([
          api.make(api.path("networkpolicies", "", "networking.k8s.io/v1"), withMetadata(policy, owned)),
          api.make(api.path("secrets"), { ...secret, metadata: { name, labels: managedBy, ...owned } }),
        ])
        if (!queue) await api.ask("PATCH", jobs(name), { spec: { suspend: false } })
      } catch (error) {
        // What is suspended would stay for ever.
        await remove(name).catch(() => {})
        throw error
      }
    },

    async inspect(name): Promise<EngineWord> {
      try {
        const job = await api.find<Job>(jobs(name))
        if (!job) return { phase: "gone" }
        const pods = await api.ask<List<Pod>>("GET", `${api.path("pods")}?${selector("labelSelector", `${jobLabel}=${name}`)}`)
        const standing = standingOf(job, pods.items, [], queue)
        if (standing.phase !== "pending") return standing
        const about = [job.metadata.uid, ...pods.items.map(({ metadata }) => metadata.uid)]
        const warnings = await Promise.all(about.map((uid) => warningsOf(api, uid)))
        return standingOf(job, pods.items, warnings.flat(), queue)
      } catch {
        return { phase: "unknown" }
      }
    },

    async cancel(name) {
      if (await api.find(jobs(name))) await remove(name)
    },
  }
}

/** What is wrong with a request is wrong with the next one, too: rights, quotas, fields, a namespace that is not there. */
const refusing = new Set([400, 403, 404, 422])

const asRefusal = (error: unknown): never => {
  throw error instanceof KubernetesError && refusing.has(error.status) ? new JobRefused(error.message) : error
}

const selector = (name: string, value: string) => `${name}=${encodeURIComponent(value)}`

async function warningsOf(api: KubernetesApi, uid: string): Promise<Happening[]> {
  const fields = selector("fieldSelector", `type=Warning,involvedObject.uid=${uid}`)
  return (await api.ask<List<Happening>>("GET", `${api.path("events")}?${fields}&limit=100`)).items
}

const withMetadata = (object: object, more: object): object => ({
  ...object,
  metadata: { ...(object as { metadata: object }).metadata, ...more },
})
