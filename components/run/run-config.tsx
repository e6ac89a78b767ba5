import { harnessesIn, harnessText } from "@/components/shared/run-facts.ts"
import { describeExecutor } from "@/contract/executors.ts"
import type { Evaluation } from "@/contract/index.ts"
import { permissions, permissionsOf } from "@/contract/permissions.ts"
import { runField, runFieldList, runFields } from "@/contract/run-config.ts"
import { nameText } from "@/contract/text/exact-json.ts"
import { isGiven, plainText, valueText } from "@/lib/run-config/values.ts"

/** A value for people to read. Secrets and header values are never shown, whatever the platform sent. */
export function configText(key: string, value: unknown): string {
  const field = runField(key)
  if (field) return valueText(field, value)
  const harnesses = key === "harnesses" ? harnessesIn(value) : []
  return harnesses.length > 0 ? harnesses.map(harnessText).join("\n") : plainText(value)
}

const order: string[] = [...runFieldList.map(({ key }) => key), "harnesses"]

/** Entries of the run's configuration in the order of the launch form, then whatever else is there. */
export function configEntries(config: Record<string, unknown> | null): { key: string; label: string; text: string }[] {
  const position = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length)
  return Object.entries(config ?? {})
    .filter(([, value]) => isGiven(value))
    .sort(([a], [b]) => position(a) - position(b))
    .map(([key, value]) => ({
      key,
      label: runField(key)?.label ?? (key === "harnesses" ? "Harnesses" : nameText(key)),
      text: configText(key, value),
    }))
}

/** What the run's permissions let its code use. */
function mayUse(config: Record<string, unknown> | null): string {
  const granted = permissionsOf(config)
  const names = permissions.filter(({ name }) => granted.includes(name)).map(({ what }) => what)
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
            <dd dir="auto" className="break-anywhere whitespace-pre-wrap text-start font-mono text-xs leading-5 [unicode-bidi:plaintext]">
              {text}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** The configuration that the run was launched with. */
export function RunConfig({ run }: { run: Evaluation }) {
  const facts = Object.fromEntries(
    Object.entries({
      "Run id": run.evaluation_id,
      Type: run.eval_type,
      Dataset: run.dataset,
      Framework: run.framework,
      Task: run.task_type,
      Tags: run.tags,
      "Ran in": run.executor ? describeExecutor(run.executor) : null,
      "May use": run.is_hosted ? mayUse(run.eval_config ?? null) : null,
      "Content hash": run.environment?.content_hash,
    }),
  )
  const config = Object.fromEntries(Object.entries(run.eval_config ?? {}).filter(([key]) => !runField(key)?.permission))
  const metadata = Object.fromEntries(Object.entries(run.metadata).filter(([key]) => !(run.eval_config && key in run.eval_config)))
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Entries
        title="Configuration"
        entries={configEntries(run.is_hosted ? { on_rollout_exception: runFields.on_rollout_exception.default, ...config } : config)}
      />
      <div className="flex min-w-0 flex-col gap-4">
        <Entries title="Run" entries={configEntries(facts)} />
        <Entries title="Metadata" entries={configEntries(metadata)} />
      </div>
    </div>
  )
}
