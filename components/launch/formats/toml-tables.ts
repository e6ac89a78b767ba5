import { isPlainObject } from "@/lib/plain-object.ts"
import { chatTemplateFields } from "@/lib/run-config/write-toml.ts"

export type Table = Record<string, unknown>

/** The settings of each run that a file describes, or why there are none. */
export type RunTables = { ok: true; tables: Table[] } | { ok: false; message: string }

/** More than these would not be looked through in a list. */
const runsMax = 500

/** Keys that hold no setting but make a text without [[eval]] one run. */
const bareKeys = ["env_id", "id", "model", "num_examples"]

const refuse = (message: string): RunTables => ({ ok: false, message })
export const tableOf = (value: unknown): Table => (isPlainObject(value) ? value : {})
const tablesOf = (value: unknown): Table[] => (Array.isArray(value) ? value.filter(isPlainObject) : isPlainObject(value) ? [value] : [])

/** Puts a file's shared settings, [[eval]] tables and [[ablation]] sweeps together as the CLI does (its utils/eval_config.py). */
export function runTables({ eval: evals, ablation, ...given }: Table): RunTables {
  const shared = withSampling(given)
  const own = tablesOf(evals).map(withSampling)
  const sweeps = tablesOf(ablation)
  // Settings without an [[eval]] around them are taken as one run.
  if (own.length === 0 && sweeps.length === 0)
    return bareKeys.some((key) => key in shared) ? { ok: true, tables: [shared] } : refuse("There is no [[eval]] table in this text.")
  const tables = own.map((table) => over(shared, table, table))
  for (const sweep of sweeps) {
    const expanded = expand(withSampling(sweep), shared, runsMax - tables.length)
    if (!expanded.ok) return expanded
    tables.push(...expanded.tables)
  }
  return { ok: true, tables }
}

/** A table above shared settings. Of model and endpoint_id, one that it names itself replaces the other of the shared ones. */
function over(shared: Table, table: Table, named: Table): Table {
  const { model, endpoint_id, ...rest } = shared
  const keptModel = model !== undefined && !("endpoint_id" in named) ? { model } : {}
  const keptEndpoint = endpoint_id !== undefined && !("model" in named) ? { endpoint_id } : {}
  return { ...rest, ...keptModel, ...keptEndpoint, ...table }
}

/** One table for each combination of a sweep's values. */
function expand({ sweep, ...fixed }: Table, shared: Table, room: number): RunTables {
  const { args, env_args, ...fields } = tableOf(sweep)
  const dimensions = [
    ...Object.entries(fields).map(([key, values]) => ({ table: null, key, values })),
    ...Object.entries(tableOf(env_args)).map(([key, values]) => ({ table: "env_args", key, values })),
    ...Object.entries(tableOf(args)).map(([key, values]) => ({ table: "args", key, values })),
  ]
  const isSwept = dimensions.length > 0 && dimensions.every(({ values }) => Array.isArray(values))
  if (!isSwept) return refuse("[[ablation]] needs a table [ablation.sweep] with a list of values for each setting.")
  const count = dimensions.reduce((product, { values }) => product * (values as unknown[]).length, 1)
  if (count > room) return refuse(`The sweeps make ${count} runs, more than the ${runsMax} that can be shown here.`)
  let tables = [over(shared, fixed, { ...fixed, ...fields })]
  for (const { table, key, values } of dimensions)
    tables = tables.flatMap((one) =>
      (values as unknown[]).map((value) =>
        table ? { ...one, [table]: { ...tableOf(one[table]), [key]: value } } : { ...one, [key]: value },
      ),
    )
  // A sweep over whole tables of sampling parameters adds to those that are fixed.
  const base = tableOf((fixed.sampling ?? shared.sampling) as unknown)
  return {
    ok: true,
    tables: tables.map((one) =>
      "sampling" in fields ? { ...one, sampling: mergeSampling(base, inTemplate(tableOf(one.sampling))) } : one,
    ),
  }
}

/** Both names of the sampling parameters as `sampling`, with what belongs to the chat template also where it is sent. */
function withSampling({ sampling, sampling_args, ...table }: Table): Table {
  if (sampling === undefined && sampling_args === undefined) return table
  if (![sampling, sampling_args].every((one) => one === undefined || isPlainObject(one)))
    return { ...table, sampling: sampling ?? sampling_args }
  return { ...table, sampling: mergeSampling(inTemplate(tableOf(sampling_args)), inTemplate(tableOf(sampling))) }
}

/** reasoning_effort and enable_thinking are parameters of the chat template too. */
function inTemplate(sampling: Table): Table {
  const named = chatTemplateFields.filter((name) => name in sampling)
  if (named.length === 0) return sampling
  const kwargs = Object.fromEntries(named.map((name) => [name, sampling[name]]))
  const extra = tableOf(sampling.extra_body)
  return { ...sampling, extra_body: { ...extra, chat_template_kwargs: { ...tableOf(extra.chat_template_kwargs), ...kwargs } } }
}

function mergeSampling(base: Table, above: Table): Table {
  if (!isPlainObject(base.extra_body) || !isPlainObject(above.extra_body)) return { ...base, ...above }
  const extra: Table = { ...base.extra_body, ...above.extra_body }
  const [low, high] = [base.extra_body.chat_template_kwargs, above.extra_body.chat_template_kwargs]
  if (isPlainObject(low) && isPlainObject(high)) extra.chat_template_kwargs = { ...low, ...high }
  return { ...base, ...above, extra_body: extra }
}

/** The model that an endpoints.toml gives a name to; null when it gives none, or several. */
export function modelOfEndpoint(endpoints: unknown, id: unknown): string | null {
  const models = new Set(tablesOf(endpoints).flatMap((one) => (one.endpoint_id === id && typeof one.model === "string" ? [one.model] : [])))
  return models.size === 1 ? ([...models][0] ?? null) : null
}
