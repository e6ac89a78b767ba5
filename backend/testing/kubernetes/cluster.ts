import { type ChildProcess, execFile } from "node:child_process"
import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { readSettings } from "../../../scripts/lib/settings.mjs"
import { findKubernetes } from "../../../scripts/lib/tests/kubernetes.mjs"
import { KubernetesApi } from "../../engine/remote/kubernetes/api.ts"
import { until } from "../until.ts"
import { makeNode, type Node } from "./node.ts"
import { programsOf, startPart } from "./parts.ts"
import { writeIdentities } from "./pki.ts"

const exec = promisify(execFile)
const port = 6443
/** Clusters of several processes are kept apart by their networks. */
const number = (process.pid % 250) + 1
const network = `10.98.${number}`
/** Where the nodes and pods of this process' cluster find this machine. */
export const clusterAddress = `${network}.1`

/** A Kubernetes of two nodes on this machine. */
export interface Cluster {
  server: string
  caFile: string
  /** What programs such as helm need to do anything. */
  kubeconfig: string
  /** Asks as somebody who may do anything, in a namespace. */
  admin: (namespace: string) => KubernetesApi
  nodes: Record<"n1" | "n2", Node>
  /** Kills the API server, and starts it again. */
  api: { kill: () => Promise<void>; start: () => Promise<void> }
  stop: () => Promise<void>
}

/**
 * Starts a Kubernetes with a control plane here and two nodes, n1 and n2, each with a network, mounts and processes of its own. It takes root, and
 * control groups of version 1.
 * @throws Error where its programs were not built: `npm run test:kubernetes` does that
 */
export async function startCluster(): Promise<Cluster> {
  const parts = findKubernetes(readSettings({ DATA_DIR: process.env.DATA_DIR }).dataDir)
  if (!parts) throw new Error("There is no Kubernetes to start: npm run test:kubernetes builds it")
  const programs = programsOf(parts)
  const folder = await mkdtemp(path.join(tmpdir(), "he-kube-"))
  const bridge = `hek${number}`
  const address = clusterAddress
  const control = path.join(folder, "control")
  await mkdir(control)
  await exec("ip", ["link", "add", bridge, "type", "bridge"])
  await exec("ip", ["addr", "add", `${address}/24`, "dev", bridge])
  await exec("ip", ["link", "set", bridge, "up"])
  await writeIdentities(control, address, port)

  const running = new Map<string, ChildProcess>()
  const start = (name: string, command: string, argv: string[]) =>
    running.set(name, startPart(command, argv, path.join(control, `${name}.log`), programs.variables))
  const kill = async (name: string) => {
    const child = running.get(name)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill("SIGKILL")
    await new Promise((resolve) => child.once("exit", resolve))
  }
  const admin = (namespace: string) =>
    new KubernetesApi({
      server: `https://${address}:${port}`,
      caFile: path.join(control, "ca.crt"),
      tokenFile: path.join(control, "admin.token"),
      namespace,
    })
  const [client, peer] = [await freePort(), await freePort()].map((one) => `http://127.0.0.1:${one}`) as [string, string]
  const startApi = async () => {
    start("api", programs.kube, ["apiserver", ...apiServerFlags(control, address, client)])
    await until(
      "the API server is ready",
      () =>
        admin("default")
          .ask("GET", "/readyz")
          .then(Boolean, () => false),
      {
        seconds: 90,
        everyMs: 200,
      },
    )
  }

  const nodes = {} as Cluster["nodes"]
  const stop = async () => {
    for (const name of [...running.keys()].reverse()) await kill(name)
    for (const node of Object.values(nodes)) await node.remove()
    await exec("ip", ["link", "delete", bridge])
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  try {
    start("etcd", path.join(programs.folder, "usr/bin/etcd"), [
      `--data-dir=${control}/etcd`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ])
    const place = async (name: "n1" | "n2", at: number, pods: string) => {
      nodes[name] = await makeNode(programs, { name, number: at, folder: path.join(folder, name), bridge, network, pods, control })
      await nodes[name].start()
    }
    const pods = [`${network}.64/26`, `${network}.128/26`] as [string, string]
    await Promise.all([startApi(), place("n1", 1, pods[0]), place("n2", 2, pods[1])])
    for (const [at, subnet] of pods.entries()) {
      await exec("ip", ["route", "add", subnet, "via", `${network}.1${at + 1}`])
      const other = at === 0 ? nodes.n2 : nodes.n1
      await other.inNetwork(["ip", "route", "add", subnet, "via", `${network}.1${at + 1}`])
    }
    for (const [name, more] of Object.entries(controllers)) {
      const config = `${control}/${name}.kubeconfig`
      const access = [`--kubeconfig=${config}`, `--authentication-kubeconfig=${config}`, `--authorization-kubeconfig=${config}`]
      start(name, programs.kube, [name, ...access, "--leader-elect=false", "--secure-port=0", ...more(control)])
    }
    await until(
      async () => `both nodes are ready: ${JSON.stringify(await readyNodes(admin("default")).catch(String))}`,
      async () => (await readyNodes(admin("default")).catch(() => [])).length === 2,
      { seconds: 90, everyMs: 300 },
    )
  } catch (error) {
    await stop()
    throw error
  }
  return {
    server: `https://${address}:${port}`,
    caFile: path.join(control, "ca.crt"),
    kubeconfig: path.join(control, "admin.kubeconfig"),
    admin,
    nodes,
    api: { kill: () => kill("api"), start: startApi },
    stop,
  }
}

const apiServerFlags = (control: string, address: string, etcd: string): string[] => [
  `--etcd-servers=${etcd}`,
  `--bind-address=${address}`,
  `--advertise-address=${address}`,
  `--secure-port=${port}`,
  "--service-cluster-ip-range=10.96.0.0/16",
  "--service-account-issuer=https://kubernetes.default.svc",
  `--service-account-key-file=${control}/sa.pub`,
  `--service-account-signing-key-file=${control}/sa.key`,
  "--authorization-mode=Node,RBAC",
  `--token-auth-file=${control}/tokens.csv`,
  `--tls-cert-file=${control}/api.crt`,
  `--tls-private-key-file=${control}/api.key`,
  `--client-ca-file=${control}/ca.crt`,
  "--allow-privileged=true",
]

const controllers: Record<string, (control: string) => string[]> = {
  controller: (control) => [
    `--service-account-private-key-file=${control}/sa.key`,
    `--root-ca-file=${control}/ca.crt`,
    "--use-service-account-credentials=true",
    "--authentication-skip-lookup=true",
    "--node-monitor-grace-period=20s",
  ],
  scheduler: () => [],
}

interface NodeList {
  items: { metadata: { name: string }; status: { conditions?: { type: string; status: string }[] } }[]
}

const readyNodes = async (api: KubernetesApi): Promise<string[]> =>
  (await api.ask<NodeList>("GET", "/api/v1/nodes")).items
    .filter(({ status }) => status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))
    .map(({ metadata }) => metadata.name)
