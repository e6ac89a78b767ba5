import { writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { KubernetesApi } from "../../engine/remote/kubernetes/api.ts"
import type { List, Pod } from "../../engine/remote/kubernetes/objects.ts"
import type { PolicyPeer } from "../../engine/remote/kubernetes/options.ts"
import type { Cluster } from "./cluster.ts"

interface Policy {
  spec: {
    podSelector: { matchLabels: Record<string, string> }
    egress?: { to: PolicyPeer[]; ports?: { protocol: string; port: number }[] }[]
  }
}

/**
 * Makes the network of a cluster keep pods to what NetworkPolicies say of where they may go, as far as those name addresses: what a network plugin
 * does that knows of policies. The plugin of the test's nodes does not.
 * @returns stops it, and lets everything through again
 */
export function enforcePolicies(cluster: Cluster, api: KubernetesApi, folder: string): () => Promise<void> {
  const end = new AbortController()
  const written = new Map<string, string>()
  const apply = async (name: "n1" | "n2", rules: string[]) => {
    const text = ["*filter", ":FORWARD ACCEPT [0:0]", ...rules, "COMMIT", ""].join("\n")
    if (written.get(name) === text) return
    const file = path.join(folder, `${name}.rules`)
    await writeFile(file, text)
    await cluster.nodes[name].inNetwork(["iptables-restore", file])
    written.set(name, text)
  }
  const turn = async () => {
    const { items: policies } = await api.ask<List<Policy>>("GET", api.path("networkpolicies", "", "networking.k8s.io/v1"))
    const { items: pods } = await api.ask<List<Pod>>("GET", api.path("pods"))
    for (const name of ["n1", "n2"] as const) {
      const here = pods.filter(({ spec, status }) => spec.nodeName === name && status.podIP && status.phase !== "Succeeded")
      await apply(
        name,
        here.flatMap((pod, at) => rulesOf(pod, policies, `pod${at}`)),
      )
    }
  }
  const ended = (async () => {
    while (!end.signal.aborted) {
      await turn().catch(() => {})
      await sleep(200, null, { signal: end.signal }).catch(() => {})
    }
  })()
  return async () => {
    end.abort()
    await ended
    for (const name of ["n1", "n2"] as const) await apply(name, [])
  }
}

function rulesOf({ metadata, status }: Pod, policies: Policy[], chain: string): string[] {
  const chosen = policies.filter(({ spec }) =>
    Object.entries(spec.podSelector.matchLabels).every(([label, value]) => metadata.labels?.[label] === value),
  )
  if (chosen.length === 0) return []
  const rules: string[] = []
  const chains: string[] = [`:${chain} - [0:0]`]
  for (const { to, ports } of chosen.flatMap(({ spec }) => spec.egress ?? []))
    for (const { ipBlock } of to) {
      if (!ipBlock || ipBlock.cidr.includes(":")) continue
      const block = `${chain}-${chains.length}`
      chains.push(`:${block} - [0:0]`)
      for (const one of ipBlock.except ?? []) rules.push(`-A ${block} -d ${one} -j RETURN`)
      const tcp = (ports ?? []).filter(({ protocol }) => protocol === "TCP").map(({ port }) => `-p tcp --dport ${port}`)
      for (const which of ports ? tcp : [""]) rules.push(`-A ${block} ${which} -j ACCEPT`)
      rules.push(`-A ${chain} -d ${ipBlock.cidr} -j ${block}`)
    }
  return [...chains, ...rules, `-A ${chain} -j DROP`, `-A FORWARD -s ${status.podIP} -j ${chain}`]
}
