import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"

/** A cluster of two nodes on this machine. */
export interface TestCluster {
  /** As ENGINES_FILE has it, called `cluster`, but for where its nodes find the platform. */
  engine: object
  /** Where its nodes find this machine. */
  address: string
  stop: () => Promise<void>
}

/** Starts a cluster of a kind, for whatever is to be seen on each of them. It takes root. */
export const clusters: Record<string, () => Promise<TestCluster>> = {
  async slurm() {
    const { startSlurm } = await import("./slurm.ts")
    const folder = await mkdtemp(path.join(tmpdir(), "he-on-slurm-"))
    const slurm = await startSlurm()
    const { address, commands, conf } = slurm
    const stop = async () => {
      await slurm.stop()
      await rm(folder, { recursive: true, force: true })
    }
    return { engine: { kind: "slurm", name: "cluster", folder, partition: "eval", commands, conf }, address, stop }
  },
  /** Its programs are there once `npm run test:kubernetes` has built them. */
  async kubernetes() {
    const { clusterAddress, startCluster } = await import("./kubernetes/cluster.ts")
    const { claimName, setUp } = await import("./kubernetes/namespace.ts")
    const folder = await mkdtemp(path.join(tmpdir(), "he-on-kubernetes-"))
    const cluster = await startCluster()
    const { server, caFile, tokenFile, namespace } = await setUp(cluster, folder)
    const image = { image: "localhost/debian:1", image_pull_policy: "Never", claims: [{ name: claimName, folder: "/" }] }
    const stop = async () => {
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    }
    const engine = { kind: "kubernetes", name: "cluster", server, ca_file: caFile, token_file: tokenFile, namespace, ...image }
    return { engine, address: clusterAddress, stop }
  },
}
