import { isIP } from "node:net"
import { addressesOf, addressOf, notPublicRanges, splitAddress } from "../../../sandbox/network.ts"
import { JobRefused, type RemoteNeeds } from "../remote-engine.ts"
import { jobLabel, managedBy } from "./job.ts"
import type { KubernetesOptions, PolicyPeer } from "./options.ts"

interface EgressRule {
  to: PolicyPeer[]
  ports?: { protocol: "TCP" | "UDP"; port: number }[]
}

const nameServers: EgressRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
}

const internet: EgressRule[] = [
  { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: notPublicRanges.ipv4 } }] },
  { to: [{ ipBlock: { cidr: "::/0", except: notPublicRanges.ipv6 } }] },
]

/** Nothing comes into the pods of a job, and only this goes out. Policies add up: none of the namespace takes anything away from it. */
export const policyOf = (name: string, egress: EgressRule[]): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, labels: managedBy },
  spec: { podSelector: { matchLabels: { [jobLabel]: name } }, policyTypes: ["Ingress", "Egress"], ingress: [], egress },
})

/**
 * Where an attempt's pod may go: to the platform, to the addresses that it needs beside it, and to the internet if it may.
 * @throws JobRefused where the platform's address is a name, and nothing says which pods or addresses that are
 */
export async function egressOf(
  { platformUrl, platformPeers }: KubernetesOptions,
  { network, reach }: Pick<RemoteNeeds, "network" | "reach">,
): Promise<EgressRule[]> {
  const addresses = [addressOf(platformUrl), ...reach].map(splitAddress)
  if (!platformPeers && isIP(addresses[0]?.host ?? "") === 0)
    throw new JobRefused(
      `A NetworkPolicy knows no names, and the platform is at ${platformUrl}: name its pods or addresses in the engine's platformPeers`,
    )
  const named = addresses.some(({ host }) => isIP(host) === 0)
  const rules: EgressRule[] = platformPeers ? [{ to: platformPeers }] : []
  for (const { host, port } of platformPeers ? addresses.slice(1) : addresses) {
    const to = (await addressesOf(host)).map((ip) => ({ ipBlock: { cidr: `${ip}/${isIP(ip) === 6 ? 128 : 32}` } }))
    // A rule to nobody would be one to everybody.
    if (to.length > 0) rules.push({ to, ...(port !== null && { ports: [{ protocol: "TCP", port }] }) })
  }
  return [...rules, ...(named || network === "internet" ? [nameServers] : []), ...(network === "internet" ? internet : [])]
}
