import { readFileSync } from "node:fs"
import { hostname } from "node:os"
import path from "node:path"
import { z } from "zod"

const Port = z.coerce.number().int().min(1).max(65_535)

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

const Environment = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: Port.default(3000),
  WORKER_PORT: Port.optional(),
  PUBLIC_URL: z.url().optional(),
  DATABASE_URL: z.string().min(1, "the address of a Postgres database"),
  DATA_DIR: z.string().default(".data"),
  API_KEY: z.string().min(16, "at least 16 characters").optional(),
  SECRET_KEY: z.string().regex(/^[0-9a-f]{64}$/, "32 bytes as 64 hexadecimal digits"),
  OWNER_SLUG: z
    .string()
    .regex(/^[a-z0-9-]{3,30}$/, "3 to 30 of a-z, 0-9 and -")
    .default("local"),
  PYTHON_BASE: z.string().optional(),
  UV: z.string().default("uv"),
  PROVIDERS_FILE: z.string().optional(),
  MAX_CONCURRENT_RUNS: z.coerce.number().int().min(1).max(1000).default(4),
  TIMEOUT_MINUTES_MIN: z.coerce.number().int().min(1).default(120),
  TIMEOUT_MINUTES_MAX: z.coerce.number().int().min(1).default(1440),
  SANDBOX_USD_PER_HOUR: z.coerce.number().min(0).default(0),
  DEMO_LATENCY: z.coerce.number().min(0).max(100).default(1),
  RUNS_ON_STOP: z.enum(["keep", "stop"]).default("keep"),
  SANDBOX: z.enum(["auto", "bubblewrap", "docker", "process"]).default("auto"),
  SANDBOX_REQUIRED: z.enum(["true", "false"]).default("false"),
  SANDBOX_MEMORY_MB: z.coerce.number().int().min(128).max(16_777_216).default(4096),
  SANDBOX_PROCESSES: z.coerce.number().int().min(32).max(1_000_000).default(2048),
  SANDBOX_DISK_MB: z.coerce.number().int().min(16).max(16_777_216).default(10_240),
  SANDBOX_NETWORK: z.enum(["internet", "none"]).default("internet"),
  SANDBOX_ALLOW: z.string().default(""),
  SANDBOX_IMAGE: z.string().optional(),
  DOCKER_HOST: z
    .string()
    .regex(/^unix:\/\//, "unix:// and the path of a socket: containers share folders with the platform, so they must be on this machine")
    .default("unix:///var/run/docker.sock"),
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
  /** The image of containers; none is the host's own system, read-only. */
  image: string | null
  dockerSocket: string
}

/** Everything that can be set, read once. Nothing else in backend/ reads process.env but the provider keys, by name. */
export interface Config {
  host: string
  port: number
  workerPort: number
  publicUrl: string
  databaseUrl: string
  dataDir: string
  apiKey: string | null
  secretKey: Buffer
  ownerSlug: string
  pythonBase: string | null
  uv: string
  providers: ProviderConfig[]
  maxConcurrentRuns: number
  timeoutMinutes: { min: number; max: number }
  /** What an hour of a run with an endpoint of its own costs; 0 for nothing. */
  sandboxUsdPerHour: number
  demoLatency: number
  stopRunsWithWorker: boolean
  sandbox: SandboxConfig
  logLevel: string
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
  const parsed = Environment.safeParse(given)
  if (!parsed.success)
    throw new Error(
      `The configuration is not valid:\n${parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`).join("\n")}`,
    )
  const e = parsed.data
  return Object.freeze({
    host: e.HOST,
    port: e.PORT,
    workerPort: e.WORKER_PORT ?? e.PORT + 1,
    publicUrl: (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/+$/, ""),
    databaseUrl: e.DATABASE_URL,
    dataDir: path.resolve(root, e.DATA_DIR),
    apiKey: e.API_KEY ?? null,
    secretKey: Buffer.from(e.SECRET_KEY, "hex"),
    ownerSlug: e.OWNER_SLUG,
    pythonBase: e.PYTHON_BASE ?? null,
    uv: e.UV,
    providers: readProviders(e.PROVIDERS_FILE, root),
    maxConcurrentRuns: e.MAX_CONCURRENT_RUNS,
    timeoutMinutes: { min: e.TIMEOUT_MINUTES_MIN, max: e.TIMEOUT_MINUTES_MAX },
    sandboxUsdPerHour: e.SANDBOX_USD_PER_HOUR,
    demoLatency: e.DEMO_LATENCY,
    stopRunsWithWorker: e.RUNS_ON_STOP === "stop",
    sandbox: {
      kind: e.SANDBOX,
      required: e.SANDBOX_REQUIRED === "true",
      memoryBytes: e.SANDBOX_MEMORY_MB * 1024 ** 2,
      processes: e.SANDBOX_PROCESSES,
      diskBytes: e.SANDBOX_DISK_MB * 1024 ** 2,
      network: e.SANDBOX_NETWORK,
      allow: readAddresses(e.SANDBOX_ALLOW),
      image: e.SANDBOX_IMAGE ?? null,
      dockerSocket: e.DOCKER_HOST.replace("unix://", ""),
    },
    logLevel: e.LOG_LEVEL,
    workerName: `${hostname()}-${process.pid}`,
    version: "0.1.0",
    root,
  })
}

function readAddresses(list: string): string[] {
  const addresses = list.split(/[\s,]+/).filter(Boolean)
  const wrong = addresses.find((address) => !/^(\[[0-9a-fA-F:./]+\]|[^:\s]+):(\d{1,5}|\*)$/.test(address))
  if (wrong) throw new Error(`SANDBOX_ALLOW: ${wrong} is not host:port, such as 10.0.0.5:8000, [fd00::5]:8000 or judge.internal:*`)
  return addresses
}

function readProviders(file: string | undefined, root: string): ProviderConfig[] {
  if (!file) return []
  const name = path.resolve(root, file)
  const parsed = z.array(ProviderConfig).safeParse(JSON.parse(readFileSync(name, "utf8")))
  if (parsed.success) return parsed.data
  throw new Error(`PROVIDERS_FILE ${file}: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`)
}
