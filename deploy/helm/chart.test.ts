import { execFile } from "node:child_process"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, test } from "vitest"
import { parseAllDocuments } from "yaml"
import { readConfig } from "../../backend/base/config.ts"
import { readSettings, root } from "../../scripts/lib/settings.mjs"
import { findHelm } from "../../scripts/lib/tests/helm.mjs"

const exec = promisify(execFile)
const chart = path.join(root, "deploy/helm/hosted-evals")
const examples = path.join(root, "deploy/helm/examples")
const names = (await readdir(examples)).sort()
const folder = await mkdtemp(path.join(tmpdir(), "he-chart-"))
afterAll(() => rm(folder, { recursive: true, force: true }))
let helm = ""
beforeAll(() => {
  const found = findHelm(readSettings({ DATA_DIR: process.env.DATA_DIR }).dataDir)
  if (!found) throw new Error("There is no helm: npm run test:kubernetes builds it")
  helm = found
})

interface Rendered {
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  data?: Record<string, string>
  rules?: object[]
  spec: any
}

/** What the chart makes of values, beside those of a file. @throws Error with what helm says */
async function render(file: string | null, values: object = {}): Promise<Rendered[]> {
  const given = path.join(folder, "values.json")
  await writeFile(given, JSON.stringify(values))
  const files = [...(file ? [path.join(examples, file)] : []), given].flatMap((one) => ["--values", one])
  const { stdout } = await exec(helm, ["template", "evals", chart, "--namespace", "evaluations", ...files])
  return parseAllDocuments(stdout).flatMap((document) => document.toJS() ?? [])
}
const least = { publicUrl: "https://evals.example.com", database: { existingSecret: "postgres" } }
const one = (objects: Rendered[], kind: string, name: string): Rendered => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name} among ${objects.map((object) => `${object.kind} ${object.metadata.name}`)}`)
  return found
}
const kindsOf = (objects: Rendered[]) => [...new Set(objects.map(({ kind }) => kind))].sort()

test.each(names)("%s: helm finds nothing to complain of, and the platform takes its settings", async (name) => {
  const { stdout } = await exec(helm, ["lint", "--strict", chart, "--values", path.join(examples, name)])
  expect(stdout).toContain("1 chart(s) linted, 0 chart(s) failed")
  const objects = await render(name)
  const settings = one(objects, "ConfigMap", "evals-hosted-evals").data as Record<string, string>
  const engines = objects.find((object) => object.metadata.name === "evals-hosted-evals-engines")?.data?.["engines.json"]
  const file = path.join(folder, "engines.json")
  if (engines) await writeFile(file, engines)
  const config = readConfig({
    ...settings,
    ...(settings.ENGINES_FILE ? { ENGINES_FILE: file } : {}),
    DATABASE_URL: "postgres://db/evals",
    SECRET_KEY: "0f".repeat(32),
  } as unknown as NodeJS.ProcessEnv)
  expect(config.publicUrl).toBe("https://evals.example.com")
  expect(config.defaultExecutor).toBe(engines ? config.engines[0]?.name : "local")
})

test("everything that runs is within the restricted Pod Security Standard, and has limits", async () => {
  for (const name of names)
    for (const { kind, spec } of (await render(name)).filter((object) => ["Deployment", "StatefulSet"].includes(object.kind))) {
      const pod = spec.template.spec
      expect(pod.securityContext, kind).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } })
      expect(pod.securityContext.runAsUser).toBeGreaterThan(0)
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        })
        expect(container.resources.limits.memory).toBeTruthy()
        expect(container.readinessProbe).toBeTruthy()
      }
    }
})

test("the chart is of this version, and its workers have the rights that the engine is tried with", async () => {
  const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"))
  expect(await readFile(path.join(chart, "Chart.yaml"), "utf8")).toContain(`appVersion: "${version}"`)
  const tried = JSON.parse(await readFile(path.join(root, "docs/deploy/kubernetes.json"), "utf8")).items as Rendered[]
  const objects = await render(null, least)
  expect(one(objects, "Role", "evals-hosted-evals-runs").rules).toEqual(one(tried, "Role", "hosted-evals").rules)
  expect(one(objects, "ClusterRole", "evaluations-evals-hosted-evals-nodes").rules).toEqual(
    one(tried, "ClusterRole", "hosted-evals-nodes").rules,
  )
  for (const [kind, part] of [
    ["Deployment", "web"],
    ["StatefulSet", "worker"],
  ] as const) {
    const pod = one(objects, kind, `evals-hosted-evals-${part}`).spec.template.spec
    expect(pod.serviceAccountName).toBe(`evals-hosted-evals-${part}`)
    expect(pod.automountServiceAccountToken).toBe(part === "worker")
    const secrets = pod.containers[0].env.flatMap(({ valueFrom }: any) => valueFrom?.secretKeyRef?.key ?? [])
    expect(secrets).toEqual(["SECRET_KEY", "NEXTAUTH_SECRET", "API_KEY", "DATABASE_URL"])
  }
})

test("the engine is this cluster: its pods find web, the worker's environments and the image's own Python", async () => {
  const objects = await render(null, { ...least, runs: { name: "pods", engine: { cpus: 0.5, node_selector: { pool: "runs" } } } })
  const [engine, ...others] = JSON.parse(one(objects, "ConfigMap", "evals-hosted-evals-engines").data?.["engines.json"] as string)
  expect(others).toEqual([])
  expect(engine).toMatchObject({
    kind: "kubernetes",
    name: "pods",
    namespace: "evaluations",
    platform_url: "http://evals-hosted-evals-web.evaluations.svc:80",
    claims: [{ name: "evals-hosted-evals-shared", folder: "/shared" }],
    image_folders: ["/opt/hosted-evals/python", "/opt/hosted-evals/runner"],
    cpus: 0.5,
    node_selector: { pool: "runs" },
  })
  const web = one(objects, "Deployment", "evals-hosted-evals-web").spec.template.metadata.labels
  expect(web).toMatchObject(engine.platform_peers[0].podSelector.matchLabels)
  const worker = one(objects, "StatefulSet", "evals-hosted-evals-worker").spec.template.spec.containers[0]
  expect(worker.env).toContainEqual({ name: "DATA_DIR", value: "/shared/workers/$(POD_NAME)" })
})

test("secrets are made with what they must have, and not at all where one is named", async () => {
  const made = one(await render(null, least), "Secret", "evals-hosted-evals").data as Record<string, string>
  const plain = Object.fromEntries(Object.entries(made).map(([name, value]) => [name, Buffer.from(value, "base64").toString()]))
  expect(plain.SECRET_KEY).toMatch(/^[0-9a-f]{64}$/)
  expect(plain.NEXTAUTH_SECRET).toMatch(/^\w{48}$/)
  expect(plain.API_KEY).toMatch(/^he_\w{40}$/)
  const named = await render(null, { ...least, existingSecret: "mine" })
  expect(kindsOf(named)).not.toContain("Secret")
  expect(JSON.stringify(one(named, "Deployment", "evals-hosted-evals-web").spec)).toContain('{"name":"mine","key":"SECRET_KEY"}')
})

test("without runs in the cluster and with object storage there is no right, no claim and no token", async () => {
  const objects = await render(null, { ...least, runs: { enabled: false }, files: { s3: "s3://evals" } })
  for (const kind of ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "PersistentVolumeClaim"])
    expect(kindsOf(objects)).not.toContain(kind)
  expect(one(objects, "StatefulSet", "evals-hosted-evals-worker").spec.template.spec.automountServiceAccountToken).toBe(false)
})

test.each([
  [{}, "publicUrl: the address that people use is missing"],
  [{ publicUrl: "evals.example.com" }, /publicUrl.*pattern/],
  [{ publicUrl: "https://evals.example.com" }, "database.existingSecret: name a Secret with the address of a Postgres"],
  [{ ...least, database: { bundled: { enabled: true } } }, "database.bundled.image: name an image"],
  [{ ...least, web: { replica: 3 } }, /web.*additional propert.*replica/s],
  [{ ...least, worker: { replicas: "two" } }, /worker.replicas.*integer/s],
  [{ ...least, runs: { name: "local" } }, /runs.name/],
  [{ ...least, runs: { engine: { cpu: 2 } } }, /runs.engine.*additional propert.*cpu/s],
  [{ ...least, files: { s3: "evals" } }, /files.s3.*pattern/s],
  [{ ...least, settings: { "max-runs": 3 } }, /settings.*max-runs/s],
  [{ ...least, service: { port: 70_000 } }, /service.port/],
])("what is wrong with a value is named: %#", async (values, message) => {
  await expect(render(null, values)).rejects.toThrow(message)
})
