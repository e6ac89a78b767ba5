import { harnessesIn, harnessText } from "@/components/shared/run-facts.ts"
import type { Evaluation } from "@/contract/index.ts"
import { permissionNames, permissions, permissionsOf } from "@/contract/permissions.ts"
import { formatCount, formatMoney } from "@/lib/format.ts"

const labels: Record<string, string> = {
  num_examples: "Examples",
  rollouts_per_example: "Rollouts per example",
  env_args: "Environment arguments",
  extra_env_kwargs: "Extra environment arguments",
  sampling_args: "Sampling arguments",
  max_concurrent: "Max concurrent",
  max_retries: "Max retries",
  timeout_minutes: "Time limit",
  max_cost_usd: "Budget",
  max_total_tokens: "Token budget",
  custom_secrets: "Secrets",
  state_columns: "State columns",
  independent_scoring: "Independent scoring",
  verbose: "Verbose log",
  headers: "Headers",
  api_client_type: "API client",
  api_base_url: "API address",
  api_key_var: "API key variable",
  on_rollout_exception: "Exception in a rollout",
  harnesses: "Harnesses",
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)

/** A value as a person reads it. Secrets and header values are never shown, whatever the platform sent. */
export function configText(key: string, value: unknown): string {
  if (key === "custom_secrets") {
    const names = isObject(value) ? Object.keys(value) : Array.isArray(value) ? value.map(String) : []
    return names.map((name) => `$${name}`).join(", ")
  }
  if (key === "headers" && Array.isArray(value)) return value.map((line) => `${String(line).split(":")[0]}: …`).join(", ")
  if (key === "harnesses" && harnessesIn(value).length > 0) return harnessesIn(value).map(harnessText).join("\n")
  if (key === "num_examples" && typeof value === "number" && value < 0) return "all"
  if (key === "timeout_minutes" && typeof value === "number") return `${value} minutes`
  if (key === "max_cost_usd" && typeof value === "number") return formatMoney(value)
  if (key === "max_total_tokens" && typeof value === "number") return formatCount(value)
  if (key === "on_rollout_exception") return value === "abort" ? "ends the run" : "is recorded, the run goes on"
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ")
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value)
}

const isSaid = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isObject(value) && Object.keys(value).length === 0)

/** Entries of the run's configuration in the order of the launch form, then whatever else is there. */
export function configEntries(config: Record<string, unknown> | null): { key: string; label: string; text: string }[] {
  const said = Object.entries(config ?? {}).filter(([, value]) => isSaid(value))
  const order = Object.keys(labels)
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length)
  return said
    .sort(([a], [b]) => place(a) - place(b))
    .map(([key, value]) => ({ key, label: labels[key] ?? key, text: configText(key, value) }))
}

const toggles: string[] = permissionNames.map((name) => permissions[name].toggle)

/** What the run's permissions let its code use. */
function mayUse(config: Record<string, unknown> | null): string {
  const names = permissionsOf(config).map((name) => permissions[name].what)
  return names.length > 0 ? `models, ${names.join(", ")}` : "models only"
}

function Entries({ title, entries }: { title: string; entries: ReturnType<typeof configEntries> }) {
  if (entries.length === 0) return null
  return (
    <div className="min-w-0">
      <h3 className="mb-1 font-medium text-muted-foreground text-xs">{title}</h3>
      <dl className="grid grid-cols-[minmax(8rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        {entries.map(({ key, label, text }) => (
          <div key={key} className="contents">
            <dt className="break-anywhere text-muted-foreground" title={key}>
              {label}
            </dt>
            <dd className="break-anywhere whitespace-pre-wrap font-mono text-xs leading-5">{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** What kept the environment apart, in words. */
const sandboxNames: Record<string, string> = {
  process: "a plain process, without isolation",
  bubblewrap: "a sandbox (bubblewrap)",
  docker: "a container (Docker Engine)",
}

/** What the run was asked to do. */
export function RunConfig({ run }: { run: Evaluation }) {
  const facts = Object.fromEntries(
    Object.entries({
      "Run id": run.evaluation_id,
      Type: run.eval_type,
      Dataset: run.dataset,
      Framework: run.framework,
      Task: run.task_type,
      Tags: run.tags,
      "Ran in": run.executor ? (sandboxNames[run.executor] ?? run.executor) : null,
      "May use": run.is_hosted ? mayUse(run.eval_config) : null,
      "Content hash": run.environment?.content_hash,
    }),
  )
  const config = Object.fromEntries(Object.entries(run.eval_config ?? {}).filter(([key]) => !toggles.includes(key)))
  const metadata = Object.fromEntries(Object.entries(run.metadata).filter(([key]) => !(run.eval_config && key in run.eval_config)))
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Entries title="Configuration" entries={configEntries(run.is_hosted ? { on_rollout_exception: "record", ...config } : config)} />
      <div className="flex min-w-0 flex-col gap-4">
        <Entries title="Run" entries={configEntries(facts)} />
        <Entries title="Metadata" entries={configEntries(metadata)} />
      </div>
    </div>
  )
}
