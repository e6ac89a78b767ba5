import { execFile } from "node:child_process"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, test } from "vitest"
import { parseAllDocuments } from "yaml"
import { readSettings, root } from "../../../../scripts/lib/settings.mjs"
import { findHelm } from "../../../../scripts/lib/tests/helm.mjs"
import { type Cluster, startCluster } from "../../../testing/kubernetes/cluster.ts"
import { type Manifest, pathOf, tokenOf } from "../../../testing/kubernetes/namespace.ts"
import { until } from "../../../testing/until.ts"
import { KubernetesApi } from "./api.ts"
import { reportOf } from "./report.ts"

const exec = promisify(execFile)
const namespace = "chart"
const chart = path.join(root, "deploy/helm/hosted-evals")
const examples = path.join(root, "deploy/helm/examples")
const folder = await mkdtemp(path.join(tmpdir(), "he-chart-"))
let cluster: Cluster
let admin: KubernetesApi
let helmPath = ""

beforeAll(async () => {
  const found = findHelm(readSettings({ DATA_DIR: process.env.DATA_DIR }).dataDir)
  if (!found) throw new Error("There is no helm: npm run test:kubernetes builds it")
  helmPath = found
  cluster = await startCluster()
  admin = cluster.admin(namespace)
  await admin.make("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  })
}, 180_000)
afterAll(async () => {
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

const helm = async (...argv: string[]): Promise<string> =>
  (await exec(helmPath, [...argv, "--namespace", namespace], { env: { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: folder } }))
    .stdout

interface Made extends Manifest {
  spec?: {
    template?: { metadata: object; spec: { volumes?: object[] } }
    volumeClaimTemplates?: { metadata: { name: string } }[]
  }
}
const render = async (file: string): Promise<Made[]> =>
  parseAllDocuments(await helm("template", "tried", chart, "--values", path.join(examples, file))).flatMap(
    (document) => (document.toJS() as Made | null) ?? [],
  )

const clusterWide = new Set(["ClusterRole", "ClusterRoleBinding"])
/** As if it were made: with every check of the API server, and no field that it does not know. */
const tryToMake = (object: Made) => {
  const placed = clusterWide.has(object.kind) ? object : { ...object, metadata: { ...object.metadata, namespace } }
  return admin.ask("POST", `${pathOf(placed)}?dryRun=All&fieldValidation=Strict`, placed)
}

test("the API server takes everything that the chart makes, and its pods in a restricted namespace", async () => {
  for (const account of ["web", "worker"])
    await admin.make(admin.path("serviceaccounts"), {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: `tried-hosted-evals-${account}` },
    })
  await until("pods may be made", () => admin.find(admin.path("serviceaccounts", "default")))
  for (const file of await readdir(examples))
    for (const object of await render(file)) {
      // Those that were just made stand for their like.
      if (object.kind === "ServiceAccount") continue
      await expect(tryToMake(object), `${object.kind} of ${file}`).resolves.toBeTruthy()
      const pod = podOf(object)
      if (pod) await expect(tryToMake(pod), `pod of ${object.kind} of ${file}`).resolves.toBeTruthy()
    }
})

/** A pod as a Deployment or StatefulSet would make it. */
function podOf({ spec = {} }: Made): Made | null {
  const { template, volumeClaimTemplates = [] } = spec
  if (!template) return null
  const claims = volumeClaimTemplates.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } }))
  const volumes = [...(template.spec.volumes ?? []), ...claims]
  return { apiVersion: "v1", kind: "Pod", metadata: { ...template.metadata, name: "tried" }, spec: { ...template.spec, volumes } as object }
}

const decoded = async (name: string): Promise<Record<string, string>> => {
  const { data } = await admin.ask<{ data: Record<string, string> }>("GET", admin.path("secrets", name))
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]))
}

/** Whether an account may do something, as the API server says. */
async function may(tokenFile: string, verb: string, resource: string, group = "", where = namespace): Promise<boolean> {
  const api = new KubernetesApi({ server: cluster.server, caFile: cluster.caFile, tokenFile, namespace })
  const [kind, subresource] = resource.split("/")
  const { status } = await api.ask<{ status: { allowed: boolean } }>("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { namespace: where, verb, group, resource: kind, ...(subresource && { subresource }) } },
  })
  return status.allowed
}

/** Every call of the engine: job.ts, kubernetes.ts, probe-network.ts, report.ts. */
const calls: [string, string, string?][] = [
  ...["create", "get", "list", "patch", "delete"].map((verb): [string, string, string] => [verb, "jobs", "batch"]),
  ["list", "pods"],
  ["list", "events"],
  ["create", "secrets"],
  ["create", "networkpolicies", "networking.k8s.io"],
  ["delete", "networkpolicies", "networking.k8s.io"],
  ["list", "nodes"],
]
const forbidden: [string, string, string?][] = [
  ["get", "secrets"],
  ["list", "secrets"],
  ["delete", "secrets"],
  ["create", "pods"],
  ["create", "pods/exec"],
  ["get", "pods/log"],
  ["create", "serviceaccounts/token"],
  ["update", "networkpolicies", "networking.k8s.io"],
  ["patch", "statefulsets", "apps"],
  ["create", "rolebindings", "rbac.authorization.k8s.io"],
]

test("installed: workers may do what the engine does and no more, and keys outlive upgrades and the release", {
  timeout: 120_000,
}, async () => {
  const values = path.join(folder, "values.json")
  await writeFile(
    values,
    JSON.stringify({
      publicUrl: "https://evals.example.com",
      image: { platform: "localhost/debian", runner: "localhost/debian", tag: "1", pullPolicy: "Never" },
      database: { existingSecret: "postgres" },
    }),
  )
  await helm("install", "evals", chart, "--values", values)
  const keys = await decoded("evals-hosted-evals")
  expect(keys.SECRET_KEY).toMatch(/^[0-9a-f]{64}$/)
  await helm("upgrade", "evals", chart, "--values", values, "--set", "web.replicas=3")
  expect(await decoded("evals-hosted-evals")).toEqual(keys)
  const { spec } = await admin.ask<{ spec: { replicas: number } }>("GET", admin.path("deployments", "evals-hosted-evals-web", "apps/v1"))
  expect(spec.replicas).toBe(3)

  const files: Record<string, string> = {}
  for (const account of ["web", "worker"]) {
    files[account] = path.join(folder, `${account}.token`)
    await writeFile(files[account], await tokenOf(admin, `evals-hosted-evals-${account}`))
  }
  const [web, worker] = [files.web as string, files.worker as string]
  for (const [verb, resource, group] of calls) {
    expect(await may(worker, verb, resource, group), `worker: ${verb} ${resource}`).toBe(true)
    expect(await may(web, verb, resource, group), `web: ${verb} ${resource}`).toBe(false)
    if (resource !== "nodes")
      expect(await may(worker, verb, resource, group, "default"), `worker: ${verb} ${resource} elsewhere`).toBe(false)
  }
  for (const [verb, resource, group] of forbidden)
    expect(await may(worker, verb, resource, group), `worker: ${verb} ${resource}`).toBe(false)
  const api = new KubernetesApi({ server: cluster.server, caFile: cluster.caFile, tokenFile: worker, namespace })
  expect(await reportOf(api, "nvidia.com/gpu", { enforced: true })).toMatchObject({ nodes: { total: 2, up: 2 }, notes: [] })

  // What would be lost for good stays.
  await helm("uninstall", "evals")
  expect(await decoded("evals-hosted-evals")).toEqual(keys)
  expect(await admin.find(admin.path("persistentvolumeclaims", "evals-hosted-evals-shared"))).not.toBeNull()
  expect(await admin.find(admin.path("roles", "evals-hosted-evals-runs", "rbac.authorization.k8s.io/v1"))).toBeNull()
  // And a later installation goes on with it.
  await helm("install", "evals", chart, "--values", values)
  expect(await decoded("evals-hosted-evals")).toEqual(keys)
})
