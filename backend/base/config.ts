import { readFileSync } from "node:fs"
import path from "node:path"
import * as z from "zod"
import { limits } from "../../contract/limits.ts"
import packageJson from "../../package.json" with { type: "json" }
import { type EngineConfig, readDefaultExecutor, readEngines } from "./engines/engine-config.ts"
import { machineName, processName } from "./machine.ts"
import type { S3Place } from "./s3-files.ts"
import { ProviderConfig, Settings, s3Address } from "./settings.ts"

const dayMs = 24 * 3_600_000

const passedToInstallers =
  /^(UV_|PIP_|GO(PROXY|SUMDB|NOSUMDB|PRIVATE|FLAGS|PATH|CACHE|MODCACHE|TOOLCHAIN)$|SSL_CERT_|REQUESTS_CA_BUNDLE$|HTTPS?_PROXY$|NO_PROXY$|ALL_PROXY$|LANG$|LC_|PATH$)/i

/** How environments are kept apart from the platform and from each other. */
export interface SandboxConfig {
  kind: Settings["SANDBOX"]
  /** Run nothing rather than run it without isolation. */
  required: boolean
  /** Run environments as root where nothing isolates them and the platform is root. */
  asRoot: boolean
  memoryBytes: number
  processes: number
  diskBytes: number
  network: "internet" | "none"
  /** host:port that environments may reach although it is not public; `*` is any port. */
  allow: string[]
  /** All variables as given: an executor reads settings of its own from them with readSettings. */
  variables: Readonly<Record<string, string | undefined>>
}

/**
 * Everything that can be set, read once. Nothing else in backend/ reads a setting from process.env, apart from the migration, which
 * needs two before there is a configuration; programs that the platform starts are handed the PATH.
 */
export interface Config {
  host: string
  port: number
  workerPort: number
  publicUrl: string
  /** Where runs and clients of sandboxes reach the worker's own port. */
  workerUrl: string
  /** Where this process finds a worker that serves the platform's own models, scripted and local. */
  modelsUrl: string
  databaseUrl: string
  /** The same database without a pooler in between: what needs a session of its own, such as listening for signals, connects here. */
  directDatabaseUrl: string
  dataDir: string
  /** Where archives are kept: a folder, or object storage that several machines share. */
  files: { folder: string } | { s3: S3Place }
  apiKey: string | null
  secretKey: Buffer
  ownerSlug: string
  /** Domains of e-mail addresses whose people make accounts by themselves, once a provider has verified the address. */
  signUpDomains: string[]
  pythonBase: string | null
  /** Where further bases are made, and uv keeps what it fetched for them. */
  pythonBases: string
  uv: string
  /** How long Python environments are kept that nothing runs on. */
  pythonKeptMs: number
  /** How much of what environments fetched is kept for each owner; 0 is nothing. */
  keptDataBytes: number
  /** How long it is kept when no run uses it. */
  keptDataMs: number
  /** Variables of every run that say where data sets and models come from, and whether they may be asked for at all. */
  dataVariables: Record<string, string>
  providers: ProviderConfig[]
  /** Where runs can run besides this machine, and where one runs that does not say: the name of an engine, or localExecutor. */
  engines: EngineConfig[]
  defaultExecutor: string
  maxConcurrentRuns: number
  /** Checks of published versions that this worker does at once; 0 leaves them to the other workers. */
  maxConcurrentChecks: number
  /** Sandboxes that a worker keeps at once, and how big one may be. */
  sandboxes: { perWorker: number; cpuCores: number; memoryGb: number; diskGb: number }
  /** Of sandboxes, for each person or team. */
  checkpoints: { perOwner: number; bytesPerOwner: number }
  tunnels: {
    /** Path of frps; "off" for no tunnels; null where it is looked for. */
    frps: string | null
    /** Where clients of frp connect to this worker's server: from anywhere, and from this machine. */
    host: string
    localHost: string
    port: number
    /** Tunnels are names below it, served through the platform's own port. */
    domain: string
    /** Tunnels that a user may have at once. */
    perUser: number
  }
  instances: {
    /** Instances that a user may have at once; 0 where there are none. */
    perUser: number
    hoursMax: number
    /** What an hour of one costs; 0 for nothing. */
    usdPerHour: number
    /** Where SSH finds this worker's door to the instances it keeps. */
    sshHost: string
    sshPort: number
  }
  /** Runs at once on all workers together; null where only the workers' own limits count. */
  maxRuns: { all: number | null; perUser: number | null; perTeam: number | null }
  /** How many processes may share the rollouts of a run. */
  maxShards: number
  /** Bounds of a run's time limit, and the limit of a run that names none. */
  timeoutMinutes: { min: number; max: number; default: number }
  /** With less room on the disk of DATA_DIR no new run or check begins. */
  minFreeDiskBytes: number
  /** Requests a minute that a key, a person or an address may make of each process; 0 is no limit. */
  requestsPerMinute: number
  /** What an hour of a run with an endpoint of its own costs; 0 for nothing. */
  sandboxUsdPerHour: number
  demoLatency: number
  /** Where the launcher puts the model that runs on this machine; null for none. */
  localModelFolder: string | null
  stopRunsWithWorker: boolean
  /** Processes of this worker that have imported the library and wait for the next run of their version. */
  warmProcesses: number
  /** A session of a browser that makes no request for this long has ended; 0 is no limit. */
  sessionIdleHours: number
  /** An upload that makes no request for this long is closed. */
  uploadStopsAfterHours: number
  sandbox: SandboxConfig
  /** The server that sends mails to people, and from whom they are; null for no mails. */
  mail: { url: string; from: string } | null
  logLevel: string
  /** What Prometheus sends to read the metrics; null: they are for this machine alone. */
  metricsToken: string | null
  machine: string
  /** Unique to this process. */
  workerName: string
  version: string
  /** The value of a variable that another setting names, such as the key of a provider. */
  variable: (name: string) => string | null
  /** What installers and builders of programs may have of the platform's own environment: how to reach package indexes, and no secret. */
  installerVariables: Record<string, string>
  /** The repository's root: the runner and the sample environments are found below it. */
  root: string
}

/**
 * Reads the configuration from environment variables.
 * @throws Error that lists every problem at once, each with the variable's name
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env, root = process.cwd()): Config {
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])))
  const e = readSettings(Settings, given)
  const engines = readEngines(e.ENGINES_FILE, root)
  return Object.freeze({
    host: e.HOST,
    port: e.PORT,
    workerPort: e.WORKER_PORT ?? e.PORT + 1,
    publicUrl: (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/+$/, ""),
    workerUrl: (e.WORKER_URL ?? `http://127.0.0.1:${e.WORKER_PORT ?? e.PORT + 1}`).replace(/\/+$/, ""),
    modelsUrl: (e.MODELS_URL ?? `http://127.0.0.1:${e.WORKER_PORT ?? e.PORT + 1}`).replace(/\/+$/, ""),
    databaseUrl: e.DATABASE_URL,
    directDatabaseUrl: e.DATABASE_DIRECT_URL ?? e.DATABASE_URL,
    dataDir: path.resolve(root, e.DATA_DIR),
    files: readFiles(e, root),
    apiKey: e.API_KEY ?? null,
    secretKey: Buffer.from(e.SECRET_KEY, "hex"),
    ownerSlug: e.OWNER_SLUG,
    signUpDomains: readDomains(e.SIGN_UP_DOMAINS),
    pythonBase: e.PYTHON_BASE ?? null,
    pythonBases: path.resolve(root, e.PYTHON_BASES ?? path.join(e.DATA_DIR, "python")),
    uv: e.UV,
    pythonKeptMs: e.PYTHON_KEPT_DAYS * dayMs,
    keptDataBytes: e.KEPT_DATA_GB * 1024 ** 3,
    keptDataMs: e.KEPT_DATA_DAYS * dayMs,
    dataVariables: Object.fromEntries(
      (["HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"] as const).flatMap((name) => {
        const value = e[name]
        return value ? [[name, value]] : []
      }),
    ),
    providers: readProviders(e.PROVIDERS_FILE, root),
    engines,
    defaultExecutor: readDefaultExecutor(e.DEFAULT_EXECUTOR, engines),
    maxConcurrentRuns: e.MAX_CONCURRENT_RUNS,
    maxConcurrentChecks: e.MAX_CONCURRENT_CHECKS,
    sandboxes: {
      perWorker: e.SANDBOXES_PER_WORKER,
      cpuCores: e.SANDBOXES_MAX_CPU_CORES,
      memoryGb: e.SANDBOXES_MAX_MEMORY_GB,
      diskGb: e.SANDBOXES_MAX_DISK_GB,
    },
    checkpoints: { perOwner: e.CHECKPOINTS_PER_OWNER, bytesPerOwner: Math.floor(e.CHECKPOINTS_GB_PER_OWNER * 2 ** 30) },
    tunnels: {
      frps: e.FRPS ?? null,
      host: e.WORKER_URL ? new URL(e.WORKER_URL).hostname.replace(/^\[|\]$/g, "") : "127.0.0.1",
      localHost: ["localhost", "0.0.0.0", "::"].includes(e.HOST) ? "127.0.0.1" : e.HOST,
      port: e.TUNNEL_PORT ?? (e.WORKER_PORT ?? e.PORT + 1) + 1,
      domain: e.TUNNEL_DOMAIN,
      perUser: e.TUNNELS_PER_USER,
    },
    instances: {
      perUser: e.INSTANCES_PER_USER,
      hoursMax: e.INSTANCE_MAX_HOURS,
      usdPerHour: e.INSTANCE_USD_PER_HOUR,
      sshHost: e.SSH_HOST ?? sshHostOf(e.PUBLIC_URL),
      sshPort: e.SSH_PORT ?? (e.TUNNEL_PORT ?? (e.WORKER_PORT ?? e.PORT + 1) + 1) + 1,
    },
    maxRuns: { all: e.MAX_RUNS ?? null, perUser: e.MAX_RUNS_PER_USER ?? null, perTeam: e.MAX_RUNS_PER_TEAM ?? null },
    maxShards: e.MAX_SHARDS,
    timeoutMinutes: readTimeout(e),
    minFreeDiskBytes: e.MIN_FREE_DISK_MB * 1024 ** 2,
    requestsPerMinute: e.REQUESTS_PER_MINUTE,
    sandboxUsdPerHour: e.SANDBOX_USD_PER_HOUR,
    demoLatency: e.DEMO_LATENCY,
    localModelFolder: e.LOCAL_MODEL_FOLDER ?? null,
    stopRunsWithWorker: e.RUNS_ON_STOP === "stop",
    warmProcesses: e.WARM_PROCESSES,
    sessionIdleHours: e.SESSION_IDLE_HOURS,
    uploadStopsAfterHours: e.UPLOAD_STOPS_AFTER_HOURS,
    sandbox: {
      kind: e.SANDBOX,
      required: e.SANDBOX_REQUIRED === "true",
      asRoot: e.SANDBOX_AS_ROOT === "true",
      memoryBytes: e.SANDBOX_MEMORY_MB * 1024 ** 2,
      processes: e.SANDBOX_PROCESSES,
      diskBytes: e.SANDBOX_DISK_MB * 1024 ** 2,
      network: e.SANDBOX_NETWORK,
      allow: readAddresses(e.SANDBOX_ALLOW),
      variables: given,
    },
    mail: readMail(e),
    logLevel: e.LOG_LEVEL,
    metricsToken: e.METRICS_TOKEN ?? null,
    machine: machineName(),
    workerName: processName(),
    version: packageJson.version,
    variable: (name: string) => given[name] || null,
    installerVariables: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => passedToInstallers.test(entry[0]) && entry[1] !== undefined),
    ),
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

/** Where a worker's own ports listen: wherever HOST says, and on this machine, where its runs and the demo models ask. */
export const listeningHosts = (host: string): string[] =>
  ["127.0.0.1", "localhost", "0.0.0.0", "::"].includes(host) ? [host] : [host, "127.0.0.1"]

/** The name of PUBLIC_URL; this machine's as an address, which sandboxes reach without a name server. */
function sshHostOf(publicUrl: string | undefined): string {
  const host = publicUrl ? new URL(publicUrl).hostname.replace(/^\[|\]$/g, "") : "localhost"
  return host === "localhost" ? "127.0.0.1" : host
}

function readMail({ SMTP_URL: url, MAIL_FROM: from }: Settings): Config["mail"] {
  if (!url && !from) return null
  if (!url || !from) throw new Error(`${url ? "MAIL_FROM" : "SMTP_URL"}: is missing; mails need both SMTP_URL and MAIL_FROM`)
  return { url, from }
}

function readAddresses(list: string): string[] {
  const addresses = list.split(/[\s,]+/).filter(Boolean)
  const wrong = addresses.find((address) => !/^(\[[0-9a-fA-F:./]+\]|[^:\s]+):(\d{1,5}|\*)$/.test(address))
  if (wrong) throw new Error(`SANDBOX_ALLOW: ${wrong} is not host:port, such as 10.0.0.5:8000, [fd00::5]:8000 or judge.internal:*`)
  return addresses
}

function readDomains(list: string): string[] {
  const domains = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  const wrong = domains.find((domain) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))
  if (wrong) throw new Error(`SIGN_UP_DOMAINS: ${wrong} is not a domain, such as example.com`)
  return domains
}

/** Who only lowers the upper bound need not name the lower one. */
function readTimeout({ TIMEOUT_MINUTES_MIN: given, TIMEOUT_MINUTES_MAX: max }: Settings): Config["timeoutMinutes"] {
  const min = given ?? Math.min(120, max)
  if (min > max) throw new Error(`TIMEOUT_MINUTES_MIN: ${min} is more than TIMEOUT_MINUTES_MAX, ${max}`)
  return { min, max, default: Math.min(Math.max(limits.timeoutMinutesDefault, min), max) }
}

function readFiles(e: Settings, root: string): Config["files"] {
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
