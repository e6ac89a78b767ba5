import { setTimeout as sleep } from "node:timers/promises"
import { addressOf, splitAddress } from "../../../sandbox/network.ts"
import type { KubernetesApi } from "./api.ts"
import { jobLabel, jobWith } from "./job.ts"
import { egressOf, policyOf } from "./network-policy.ts"
import type { Job, List, Pod } from "./objects.ts"
import type { KubernetesOptions } from "./options.ts"

/** Whether a cluster keeps pods to their NetworkPolicies. Every cluster takes them; a network that does not know of them changes nothing. */
export type PolicyProbe = { enforced: true } | { enforced: false; reason: string }

/** A network may take a moment to learn of a new pod. */
const settlesSeconds = 15
const probeMs = 120_000
const reached = 0
const kept = 10

/** Ends with 0 once it reaches an address, if it is to; or with 10 once it does not, if it is not to. */
const program = `
import socket, sys, time
host, port, wanted, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "reach", float(sys.argv[4])
end = time.monotonic() + seconds
while True:
    try:
        socket.create_connection((host, port), 2).close()
        found = True
    except OSError:
        found = False
    if found == wanted or time.monotonic() > end:
        sys.exit(${reached} if found else ${kept})
    time.sleep(0.2)
`

/**
 * Starts two pods, one that may reach the platform and one that may reach nothing, and sees what they reach.
 * @throws Error where they cannot be started, or do not end within two minutes
 */
export async function probeNetwork(api: KubernetesApi, options: KubernetesOptions): Promise<PolicyProbe> {
  const name = `probe-${Date.now().toString(36)}`
  const open = await egressOf(options, { network: "none", reach: [] })
  const [allowed, denied] = await Promise.all([
    probePod(api, options, `${name}-open`, open, "reach"),
    probePod(api, options, `${name}-closed`, [], "miss"),
  ])
  if (allowed !== reached) return { enforced: false, reason: `pods do not reach the platform at ${options.platformUrl}` }
  if (denied !== kept) return { enforced: false, reason: "the cluster's network takes NetworkPolicies and does not keep pods to them" }
  return { enforced: true }
}

/** The exit code of a pod that tries to reach the platform under a policy of its own. */
async function probePod(
  api: KubernetesApi,
  options: KubernetesOptions,
  name: string,
  egress: Awaited<ReturnType<typeof egressOf>>,
  wanted: "reach" | "miss",
): Promise<number> {
  const { host, port } = splitAddress(addressOf(options.platformUrl))
  const small = { cpu: "10m", memory: "64Mi" }
  // It waits for no turn in a queue: it says whether jobs of the queue may start.
  const job = jobWith(
    { ...options, queue: "" },
    {
      name,
      command: [options.python, "-I", "-S", "-c", program, host, String(port), wanted, String(settlesSeconds)],
      resources: { requests: small, limits: { memory: "64Mi" } },
      seconds: probeMs / 1000,
      suspend: false,
    },
  )
  const policies = api.path("networkpolicies", "", "networking.k8s.io/v1")
  const jobs = api.path("jobs", "", "batch/v1")
  try {
    await api.make(policies, policyOf(name, egress))
    await api.make(jobs, job)
    for (const end = Date.now() + probeMs; Date.now() < end; await sleep(300)) {
      const { items } = await api.ask<List<Pod>>("GET", `${api.path("pods")}?labelSelector=${encodeURIComponent(`${jobLabel}=${name}`)}`)
      const code = items[0]?.status.containerStatuses?.[0]?.state?.terminated?.exitCode
      if (code !== undefined) return code
      const failed = (await api.find<Job>(`${jobs}/${name}`))?.status?.conditions?.find(({ type }) => type === "Failed")
      if (failed && items.length === 0) throw new Error(`The probe's pod ${name} was not made: ${failed.message}`)
    }
    throw new Error(`The probe's pod ${name} has not ended within ${probeMs / 1000} s`)
  } finally {
    await removeProbe(api, `${jobs}/${name}`, `${policies}/${name}`)
  }
}

async function removeProbe(api: KubernetesApi, ...paths: string[]): Promise<void> {
  for (const path of paths) await api.ask("DELETE", path, { propagationPolicy: "Background" }).catch(() => {})
}
