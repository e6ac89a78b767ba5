import { readFileSync } from "node:fs"
import path from "node:path"
import { z } from "zod"
import { executorKinds } from "../../contract/executors.ts"
import packageJson from "../../package.json" with { type: "json" }
import { machineName, processName } from "./machine.ts"
import type { S3Place } from "./s3-files.ts"

const Port = z.coerce.number().int().min(1).max(65_535)

const RunsAtWork = z.coerce.number().int().min(1).max(1_000_000).optional()

/** A price in US dollars per million tokens. */
const Price = z.object({ input: z.number().min(0), output: z.number().min(0), cached_input: z.number().min(0).optional() })

const ProviderConfig = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/, "lower-case letters, digits and -"),
  name: z.string().min(1),
  base_url: z.url(),
  /** Name of the environment variable that holds the key; none for servers that want no key. */
  key_var: z.string().optional(),
  /** Prices by model id, for providers whose /models does not tell them. */
  prices: z.record(z.string(), Price).default({}),
})
export type ProviderConfig = z.infer<typeof ProviderConfig>

const s3Address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9._/-]*))?$/

const Environment = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: Port.default(3000),
  WORKER_PORT: Port.optional(),
  PUBLIC_URL: z.url().optional(),
  DATABASE_URL: z.string().min(1, "the address of a Postgres database"),
  DATA_DIR: z.string().default(".data"),
  FILES: z
    .string()
    .refine((value) => !value.startsWith("s3:") || s3Address.test(value), "a folder, or s3://bucket or s3://bucket/prefix")
    .optional(),
  S3_ENDPOINT: z.url().optional(),
  S3_REGION: z.string().default("us-east-1"),
  API_KEY: z.string().min(16, "at least 16 characters").optional(),
  SECRET_KEY: z.string().regex(/^[0-9a-f]{64}$/, "32 bytes as 64 hexadecimal digits"),
  OWNER_SLUG: z
    .string()
    .regex(/^[a-z0-9-]{3,30}$/, "3 to 30 of a-z, 0-9 and -")
    .default("local"),
  PYTHON_BASE: z.string().optional(),
  UV: z.string().default("uv"),
  PROVIDERS_FILE: z.string().optional(),
  WORKER_URL: z.url().optional(),
  SANDBOXES_PER_WORKER: z.coerce.number().int().min(0).max(1000).default(32),
  SANDBOXES_MAX_CPU_CORES: z.coerce.number().min(0.1).max(16).default(4),
  SANDBOXES_MAX_MEMORY_GB: z.coerce.number().min(0.1).max(64).default(8),
  SANDBOXES_MAX_DISK_GB: z.coerce.number().min(0.1).max(1000).default(20),
  MAX_CONCURRENT_RUNS: z.coerce.number().int().min(1).max(1000).default(4),
  MAX_RUNS: RunsAtWork,
  MAX_RUNS_PER_USER: RunsAtWork,
  MAX_RUNS_PER_TEAM: RunsAtWork,
  TIMEOUT_MINUTES_MIN: z.coerce.number().int().min(1).default(120),
  TIMEOUT_MINUTES_MAX: z.coerce.number().int().min(1).default(1440),
  SANDBOX_USD_PER_HOUR: z.coerce.number().min(0).default(0),
  DEMO_LATENCY: z.coerce.number().min(0).max(100).default(1),
  RUNS_ON_STOP: z.enum(["keep", "stop"]).default("keep"),
  WARM_PROCESSES: z.coerce.number().int().min(0).max(100).default(2),
  SANDBOX: z.enum(["auto", ...executorKinds]).default("auto"),
  SANDBOX_REQUIRED: z.enum(["true", "false"]).default("false"),
  SANDBOX_MEMORY_MB: z.coerce.number().int().min(128).max(16_777_216).default(4096),
  SANDBOX_PROCESSES: z.coerce.number().int().min(32).max(1_000_000).default(2048),
  SANDBOX_DISK_MB: z.coerce.number().int().min(16).max(16_777_216).default(10_240),
  SANDBOX_NETWORK: z.enum(["internet", "none"]).default("internet"),
  SANDBOX_ALLOW: z.string().default(""),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
})

/** How environments are kept apart from the platform and from each other. */
export interface SandboxConfig {
  kind: z.infer<typeof Environment>["SANDBOX"]
  /** Run nothing rather than run it without isolation. */
  required: boolean
  memoryBytes: number
  processes: number
  diskBytes: number
  network: "internet" | "none"
  /** host:port that environments may reach although it is not public; `*` is any port. */
  allow: string[]
  /** All variables as given: an executor reads settings of its own from them with readSettings. */
  variables: Readonly<Record<string, string | undefined>>
}

/** Everything that can be set, read once. Nothing else in backend/ reads process.env but the provider keys, by name. */
export interface Config {
  host: string
  port: number
  workerPort: number
  publicUrl: string
  /** Where runs and clients of sandboxes reach the worker's own port. */
  workerUrl: string
  databaseUrl: string
  dataDir: string
  /** Where archives are kept: a folder, or a place in object storage that several machines share. */
  files: { folder: string } | { s3: S3Place }
  apiKey: string | null
  secretKey: Buffer
  ownerSlug: string
  pythonBase: string | null
  uv: string
  providers: ProviderConfig[]
  maxConcurrentRuns: number
  /** Sandboxes that a worker keeps at once, and how big one may be. */
  sandboxes: { perWorker: number; cpuCores: number; memoryGb: number; diskGb: number }
  /** Runs at work at once on all workers together; null where there is no limit but the workers' places. */
  maxRuns: { all: number | null; perUser: number | null; perTeam: number | null }
  timeoutMinutes: { min: number; max: number }
  /** What an hour of a run with an endpoint of its own costs; 0 for nothing. */
  sandboxUsdPerHour: number
  demoLatency: number
  stopRunsWithWorker: boolean
  /** Processes of this worker that have imported the library and wait for the next run of their version. */
  warmProcesses: number
  sandbox: SandboxConfig
  logLevel: string
  machine: string
  /** Unique to this process. */
  workerName: string
  version: string
  /** The repository's root: the runner and the sample environments are found below it. */
  root: string
}

/**
 * Reads the configuration from environment variables.
 * @throws Error that lists every problem at once, each with the variable's name
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, root = process.cwd()): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""))
  const e = readSettings(Environment, given)
  return Object.freeze({
    host: e.HOST,
    port: e.PORT,
    workerPort: e.WORKER_PORT ?? e.PORT + 1,
    publicUrl: (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/+$/, ""),
    workerUrl: (e.WORKER_URL ?? `http://127.0.0.1:${e.WORKER_PORT ?? e.PORT + 1}`).replace(/\/+$/, ""),
    databaseUrl: e.DATABASE_URL,
    dataDir: path.resolve(root, e.DATA_DIR),
    files: readFiles(e, root),
    apiKey: e.API_KEY ?? null,
    secretKey: Buffer.from(e.SECRET_KEY, "hex"),
    ownerSlug: e.OWNER_SLUG,
    pythonBase: e.PYTHON_BASE ?? null,
    uv: e.UV,
    providers: readProviders(e.PROVIDERS_FILE, root),
    maxConcurrentRuns: e.MAX_CONCURRENT_RUNS,
    sandboxes: {
      perWorker: e.SANDBOXES_PER_WORKER,
      cpuCores: e.SANDBOXES_MAX_CPU_CORES,
      memoryGb: e.SANDBOXES_MAX_MEMORY_GB,
      diskGb: e.SANDBOXES_MAX_DISK_GB,
    },
    maxRuns: { all: e.MAX_RUNS ?? null, perUser: e.MAX_RUNS_PER_USER ?? null, perTeam: e.MAX_RUNS_PER_TEAM ?? null },
    timeoutMinutes: { min: e.TIMEOUT_MINUTES_MIN, max: e.TIMEOUT_MINUTES_MAX },
    sandboxUsdPerHour: e.SANDBOX_USD_PER_HOUR,
    demoLatency: e.DEMO_LATENCY,
    stopRunsWithWorker: e.RUNS_ON_STOP === "stop",
    warmProcesses: e.WARM_PROCESSES,
    sandbox: {
      kind: e.SANDBOX,
      required: e.SANDBOX_REQUIRED === "true",
      memoryBytes: e.SANDBOX_MEMORY_MB * 1024 ** 2,
      processes: e.SANDBOX_PROCESSES,
      diskBytes: e.SANDBOX_DISK_MB * 1024 ** 2,
      network: e.SANDBOX_NETWORK,
      allow: readAddresses(e.SANDBOX_ALLOW),
      variables: given,
    },
    logLevel: e.LOG_LEVEL,
    machine: machineName(),
    workerName: processName(),
    version: packageJson.version,
    root,
  })
}

/**
 * Reads settings from environment variables.
 * @throws Error that lists every problem at once, each with the variable's name
 */
export function readSettings<T>(settings: z.ZodType<T>, variables: Readonly<Record<string, string | undefined>>): T {
  const parsed = settings.safeParse(variables)
  if (parsed.success) return parsed.data
  throw new Error(
    `The configuration is not valid:\n${parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`).join("\n")}`,
  )
}

function readAddresses(list: string): string[] {
  const addresses = list.split(/[\s,]+/).filter(Boolean)
  const wrong = addresses.find((address) => !/^(\[[0-9a-fA-F:./]+\]|[^:\s]+):(\d{1,5}|\*)$/.test(address))
  if (wrong) throw new Error(`SANDBOX_ALLOW: ${wrong} is not host:port, such as 10.0.0.5:8000, [fd00::5]:8000 or judge.internal:*`)
  return addresses
}

function readFiles(e: z.output<typeof Environment>, root: string): Config["files"] {
  const [, bucket, prefix = ""] = s3Address.exec(e.FILES ?? "") ?? []
  if (!bucket) return { folder: e.FILES ? path.resolve(root, e.FILES) : path.join(path.resolve(root, e.DATA_DIR), "files") }
  const clean = prefix.replace(/^\/+|\/+$/g, "")
  return { s3: { bucket, prefix: clean && `${clean}/`, endpoint: e.S3_ENDPOINT ?? null, region: e.S3_REGION } }
}

function readProviders(file: string | undefined, root: string): ProviderConfig[] {
  if (!file) return []
  const name = path.resolve(root, file)
  const parsed = z.array(ProviderConfig).safeParse(JSON.parse(readFileSync(name, "utf8")))
  if (parsed.success) return parsed.data
  throw new Error(`PROVIDERS_FILE ${file}: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`)
}
