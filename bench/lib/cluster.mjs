import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/**
 * @typedef {object} OwnCluster
 * @property {object} engine as ENGINES_FILE has it, but for where it finds the platform
 * @property {string} address where its nodes find this machine
 * @property {() => Promise<void>} stop
 */

/** A cluster of two nodes on this machine, the one that tests use. It takes root. @type {Record<string, () => Promise<OwnCluster>>} */
export const clusters = {
  async slurm() {
    const { startSlurm } = await import("../../backend/testing/slurm.ts")
    const folder = mkdtempSync(join(tmpdir(), "he-bench-slurm-"))
    const slurm = await startSlurm()
    const stop = async () => {
      await slurm.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    const { address, commands, conf } = slurm
    return { engine: { kind: "slurm", name: "cluster", folder, partition: "eval", commands, conf }, address, stop }
  },
  async kubernetes() {
    const { clusterAddress, startCluster } = await import("../../backend/testing/kubernetes/cluster.ts")
    const { claimName, setUp } = await import("../../backend/testing/kubernetes/namespace.ts")
    const folder = mkdtempSync(join(tmpdir(), "he-bench-kube-"))
    const cluster = await startCluster()
    const stop = async () => {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    const { server, caFile, tokenFile, namespace } = await setUp(cluster, folder)
    const image = { image: "localhost/debian:1", image_pull_policy: "Never", claims: [{ name: claimName, folder: "/" }] }
    const engine = { kind: "kubernetes", name: "cluster", server, ca_file: caFile, token_file: tokenFile, namespace, ...image }
    return { engine, address: clusterAddress, stop }
  },
}
