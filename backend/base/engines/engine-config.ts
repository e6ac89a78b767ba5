import { readFileSync } from "node:fs"
import { isIP } from "node:net"
import path from "node:path"
import * as z from "zod"

/** The executor that is there from the start: the platform's own machine. */
export const localExecutor = "local"

const folder = z.string().regex(/^\//, "a folder by its whole path")
const hours = z.number().min(0.05).max(168)

/** What every engine of other machines is told, whatever it is. */
const common = {
  /** As runs name it. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "lower-case letters, digits and -, at most 40")
    .refine((name) => name !== localExecutor, `${localExecutor} is this machine`),
  folder,
  platform_url: z.url({ protocol: /^https?$/ }),
  /** How long an attempt may not be heard of, nor hear of the platform, before it is given up and gives up. */
  silence_hours: hours.default(1),
  /** The most that a run may ask for; without one, what the engine itself takes. */
  max: z
    .strictObject({
      cpu_cores: z.int().min(1).optional(),
      memory_gb: z.number().positive().optional(),
      disk_size_gb: z.number().positive().optional(),
      gpu_count: z.int().min(0).default(0),
    })
    .prefault({}),
}

const word = z.string().regex(/^[A-Za-z0-9_.,:@/+-]+$/, "a name, without spaces")

const SlurmConfig = z.strictObject({
  kind: z.literal("slurm"),
  ...common,
  partition: word.optional(),
  account: word.optional(),
  qos: word.optional(),
  gpu_resource: word.optional(),
  /** Python 3.11 or newer on the nodes, for the program beside an attempt; the platform's own when left out. */
  python: folder.optional(),
  /** Where Slurm's commands are, and its configuration, when they are not found by themselves. */
  commands: folder.optional(),
  conf: folder.optional(),
})

const RayConfig = z.strictObject({
  kind: z.literal("ray"),
  ...common,
  /** Its dashboard, which has the Jobs API. */
  server: z.url({ protocol: /^https?$/ }),
  ca_file: folder.optional(),
  token_file: folder,
  /** Python 3.11 or newer on the nodes, for the program beside an attempt; the platform's own when left out. */
  python: folder.optional(),
  /** Cores of a run that does not say. */
  cpus: z.number().positive().default(1),
  /** Resources of the cluster's own, and labels of nodes, that attempts ask for besides. */
  resources: z.record(word, z.number().positive()).optional(),
  label_selector: z.record(word, z.string()).optional(),
})

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"
const labels = z.record(z.string(), z.string())
const peer = z.strictObject({
  ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).optional() }).optional(),
  namespaceSelector: z.strictObject({ matchLabels: labels }).optional(),
  podSelector: z.strictObject({ matchLabels: labels }).optional(),
})
const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(["Exists", "Equal"]).optional(),
  value: z.string().optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
})

const KubernetesConfig = z
  .strictObject({
    kind: z.literal("kubernetes"),
    ...common,
    /** Where attempts have their own folders, in their pods. */
    folder: folder.default("/attempts"),
    /** How the API server is asked; by the platform's own service account when it is in the cluster itself. */
    server: z.url({ protocol: /^https?$/ }).default("https://kubernetes.default.svc"),
    ca_file: folder.default(`${serviceAccount}/ca.crt`),
    token_file: folder.default(`${serviceAccount}/token`),
    namespace: word,
    image: word,
    image_pull_policy: z.enum(["Always", "IfNotPresent", "Never"]).optional(),
    image_pull_secrets: z.array(word).optional(),
    /** The image's own Python, 3.11 or newer. */
    python: folder.default("/usr/bin/python3"),
    /** Claims with the folder of the platform that is the root of their volume. */
    claims: z.array(z.strictObject({ name: word, folder })).default([]),
    /** Folders of the platform that the image has itself. */
    image_folders: z.array(folder).default([]),
    /** User and group that attempts run as. */
    user: z.int().min(1).optional(),
    /** Cores of a run that does not say. */
    cpus: z.number().positive().default(1),
    gpu_resource: word.optional(),
    runtime_class: word.optional(),
    priority_class: word.optional(),
    queue: word.optional(),
    node_selector: labels.optional(),
    tolerations: z.array(toleration).optional(),
    platform_peers: z.array(peer).min(1).optional(),
  })
  .refine(({ platform_url, platform_peers }) => platform_peers || isIP(new URL(platform_url).hostname.replace(/^\[|\]$/g, "")) !== 0, {
    path: ["platform_peers"],
    error: "platform_url is a name, and NetworkPolicies know none: say which pods or addresses it stands for",
  })

/** An engine of other machines, as the operator describes it. A new kind is a row here, and one in engine/remote/engines.ts. */
export const EngineConfig = z.discriminatedUnion("kind", [SlurmConfig, KubernetesConfig, RayConfig])
export type EngineConfig = z.infer<typeof EngineConfig>

/**
 * Reads the file of engines.
 * @throws Error that names the file and every entry that is not valid
 */
export function readEngines(file: string | undefined, root: string): EngineConfig[] {
  if (!file) return []
  const parsed = z.array(EngineConfig).safeParse(JSON.parse(readFileSync(path.resolve(root, file), "utf8")))
  if (!parsed.success)
    throw new Error(`ENGINES_FILE ${file}: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`)
  const names = parsed.data.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice) throw new Error(`ENGINES_FILE ${file}: ${twice} is there twice`)
  return parsed.data
}

/** @throws Error when there is no executor of that name */
export function readDefaultExecutor(name: string, engines: readonly EngineConfig[]): string {
  const names = [localExecutor, ...engines.map((engine) => engine.name)]
  if (!names.includes(name)) throw new Error(`DEFAULT_EXECUTOR: ${name} is none of ${names.join(", ")}`)
  return name
}
