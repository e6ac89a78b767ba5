import * as z from "zod"
import { executorKinds } from "../../contract/executors.ts"
import { limits } from "../../contract/limits.ts"

const Port = z.coerce.number().int().min(1).max(65_535)

const TimeoutMinutes = z.coerce.number().int().min(limits.timeoutMinutesMin).max(limits.timeoutMinutesMax)

const RunsAtOnce = z.coerce.number().int().min(1).max(1_000_000).optional()

/** A price in US dollars per million tokens. */
const Price = z.object({ input: z.number().min(0), output: z.number().min(0), cached_input: z.number().min(0).optional() })
export type Price = z.infer<typeof Price>

export const ProviderConfig = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/, "lower-case letters, digits and -"),
  name: z.string().min(1),
  base_url: z.url(),
  /** Name of the environment variable that holds the key; none for servers that want no key. */
  key_var: z.string().optional(),
  /** Prices by model id, for providers whose /models does not list them. */
  prices: z.record(z.string(), Price).default({}),
})
export type ProviderConfig = z.infer<typeof ProviderConfig>

export const s3Address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9._/-]*))?$/

/** The environment variables that are settings. docs/operations.md explains each. */
export const Settings = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: Port.default(3000),
  WORKER_PORT: Port.optional(),
  PUBLIC_URL: z.url().optional(),
  DATABASE_URL: z.string().min(1, "the address of a Postgres database"),
  DATABASE_DIRECT_URL: z.string().min(1).optional(),
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
  SIGN_UP_DOMAINS: z.string().default(""),
  PYTHON_BASE: z.string().optional(),
  PYTHON_BASES: z.string().optional(),
  PYTHON_KEPT_DAYS: z.coerce.number().min(1).max(36_500).default(30),
  KEPT_DATA_GB: z.coerce.number().min(0).max(100_000).default(20),
  KEPT_DATA_DAYS: z.coerce.number().min(1).max(36_500).default(90),
  HF_ENDPOINT: z.url().optional(),
  HF_HUB_OFFLINE: z.string().optional(),
  HF_DATASETS_OFFLINE: z.string().optional(),
  TRANSFORMERS_OFFLINE: z.string().optional(),
  UV: z.string().default("uv"),
  PROVIDERS_FILE: z.string().optional(),
  ENGINES_FILE: z.string().optional(),
  DEFAULT_EXECUTOR: z.string().default("local"),
  WORKER_URL: z.url().optional(),
  MODELS_URL: z.url({ protocol: /^https?$/, error: "the address of a worker, such as http://worker:3001" }).optional(),
  SANDBOXES_PER_WORKER: z.coerce.number().int().min(0).max(1000).default(32),
  SANDBOXES_MAX_CPU_CORES: z.coerce.number().min(0.1).max(16).default(4),
  SANDBOXES_MAX_MEMORY_GB: z.coerce.number().min(0.1).max(64).default(8),
  SANDBOXES_MAX_DISK_GB: z.coerce.number().min(0.1).max(1000).default(20),
  CHECKPOINTS_PER_OWNER: z.coerce.number().int().min(0).max(1000).default(50),
  CHECKPOINTS_GB_PER_OWNER: z.coerce.number().min(0.001).max(100_000).default(20),
  FRPS: z.string().optional(),
  TUNNEL_PORT: Port.optional(),
  TUNNEL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, "a name in lower case, such as tunnels.example.com")
    .default("localhost"),
  TUNNELS_PER_USER: z.coerce.number().int().min(0).max(100_000).default(50),
  INSTANCES_PER_USER: z.coerce.number().int().min(0).max(1000).default(4),
  INSTANCE_MAX_HOURS: z.coerce.number().min(0.05).max(8760).default(24),
  INSTANCE_USD_PER_HOUR: z.coerce.number().min(0).max(100_000).default(0),
  SSH_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, "a name or an address without a port")
    .optional(),
  SSH_PORT: Port.optional(),
  MAX_CONCURRENT_RUNS: z.coerce.number().int().min(1).max(1000).default(4),
  MAX_SHARDS: z.coerce.number().int().min(1).max(256).default(8),
  MAX_CONCURRENT_CHECKS: z.coerce.number().int().min(0).max(100).default(1),
  MAX_RUNS: RunsAtOnce,
  MAX_RUNS_PER_USER: RunsAtOnce,
  MAX_RUNS_PER_TEAM: RunsAtOnce,
  SESSION_IDLE_HOURS: z.coerce.number().min(0).max(720).default(12),
  UPLOAD_STOPS_AFTER_HOURS: z.coerce.number().min(0.25).max(8760).default(24),
  TIMEOUT_MINUTES_MIN: TimeoutMinutes.optional(),
  TIMEOUT_MINUTES_MAX: TimeoutMinutes.default(1440),
  MIN_FREE_DISK_MB: z.coerce.number().int().min(0).max(1_000_000_000).default(512),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(300),
  SANDBOX_USD_PER_HOUR: z.coerce.number().min(0).default(0),
  /** Set by the launcher; what an operator sets is LOCAL_MODEL. */
  LOCAL_MODEL_FOLDER: z.string().optional(),
  DEMO_LATENCY: z.coerce.number().min(0).max(100).default(1),
  RUNS_ON_STOP: z.enum(["keep", "stop"]).default("stop"),
  WARM_PROCESSES: z.coerce.number().int().min(0).max(100).default(2),
  SANDBOX: z.enum(["auto", ...executorKinds]).default("auto"),
  SANDBOX_REQUIRED: z.enum(["true", "false"]).default("false"),
  SANDBOX_AS_ROOT: z.enum(["true", "false"]).default("false"),
  SANDBOX_MEMORY_MB: z.coerce.number().int().min(128).max(16_777_216).default(4096),
  SANDBOX_PROCESSES: z.coerce.number().int().min(32).max(1_000_000).default(2048),
  SANDBOX_DISK_MB: z.coerce.number().int().min(16).max(16_777_216).default(10_240),
  SANDBOX_NETWORK: z.enum(["internet", "none"]).default("internet"),
  SANDBOX_ALLOW: z.string().default(""),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "the address of a mail server, such as smtps://name:password@mail.example.com" })
    .optional(),
  MAIL_FROM: z.string().regex(/@/, "the sender of mails, such as Evals <evals@example.com>").optional(),
  METRICS_TOKEN: z.string().min(16, "at least 16 characters").optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
})
export type Settings = z.infer<typeof Settings>
