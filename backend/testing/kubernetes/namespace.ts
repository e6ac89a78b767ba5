import { readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import type { KubernetesAccess, KubernetesApi } from "../../engine/remote/kubernetes/api.ts"
import { until } from "../until.ts"
import type { Cluster } from "./cluster.ts"

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}

/** Of what an operator sets up: docs/deploy/kubernetes.json names them. */
const namespace = "evaluations"
const account = "hosted-evals"
export const claimName = "hosted-evals"

const manifests = async () => {
  const text = await readFile(path.join(import.meta.dirname, "../../../docs/deploy/kubernetes.json"), "utf8")
  return (JSON.parse(text) as { items: Manifest[] }).items
}

/**
 * Sets a cluster up as docs/deploy/kubernetes.md says: a namespace, an account with the rights of the platform, and a claim, here with this machine's own
 * files as its volume.
 * @param folder for the account's token
 */
export async function setUp(cluster: Cluster, folder: string): Promise<KubernetesAccess> {
  const admin = cluster.admin(namespace)
  await admin.make("/api/v1/persistentvolumes", {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "this-machine" },
    spec: {
      accessModes: ["ReadWriteMany"],
      capacity: { storage: "50Gi" },
      storageClassName: "hosted-evals",
      hostPath: { path: "/" },
    },
  })
  for (const one of await manifests()) await admin.make(pathOf(one), one)
  const tokenFile = path.join(folder, "token")
  await writeFile(tokenFile, await tokenOf(admin, account), { mode: 0o600 })
  await until("pods may be made", () => admin.find(admin.path("serviceaccounts", "default")))
  return { server: cluster.server, caFile: cluster.caFile, tokenFile, namespace }
}

/** Where something of a kind is made. */
export function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const group = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`
  const place = metadata.namespace ? `/namespaces/${metadata.namespace}` : ""
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies").replace(/sss$/, "sses")
  return `${group}${place}/${plural}`
}

/** A token of a service account, for an hour. */
export async function tokenOf(admin: KubernetesApi, account: string): Promise<string> {
  const { status } = await until("the account has its token", () =>
    admin
      .ask<{ status: { token: string } }>("POST", admin.path("serviceaccounts", `${account}/token`), {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {},
      })
      .catch(() => null),
  )
  return status.token
}
