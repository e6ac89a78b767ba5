import { parse, TomlDate, TomlError } from "smol-toml"
import { numberOf, runFieldList } from "@/contract/index.ts"
import { isPlainObject } from "@/lib/json-text.ts"
import { cliDefaults, noMeaning, type Reading, type ReadRun, toReadRun } from "./read-run.ts"

type Table = Record<string, unknown>

/** Keys that hold no setting but make a text without [[eval]] one run. */
const bareKeys = ["env_id", "id", "model", "num_examples"]

/** Reads a file of `prime eval run FILE.toml`. */
export function readToml(text: string): Reading {
  let document: Table
  try {
    document = withJsonNumbers(parse(text, { integersAsBigInt: true })) as Table
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "")
    return {
      ok: false,
      message: `This is neither a \`prime eval run …\` command nor TOML. As TOML: line ${error.line}, column ${error.column}: ${reason}.`,
    }
  }
  const { eval: evals, ablation, ...shared } = document
  const tables = Array.isArray(evals) ? evals.filter(isPlainObject) : isPlainObject(evals) ? [evals] : []
  // Settings without an [[eval]] around them are taken as one run.
  const isBare = tables.length === 0 && bareKeys.some((key) => key in shared)
  if (tables.length === 0 && !isBare)
    return {
      ok: false,
      message: ablation
        ? "[[ablation]] sweeps cannot be read here; write them as [[eval]] tables."
        : "There is no [[eval]] table in this text.",
    }
  const notes = ablation ? ["[[ablation]] sweeps were left out."] : []
  return { ok: true, runs: (isBare ? [{}] : tables).map((table) => readTable({ ...shared, ...table }, [...notes])) }
}

/** TOML tells whole numbers (here bigints) from floats, of which 1.0 is one too, and so does Python. */
function withJsonNumbers(value: unknown): unknown {
  if (typeof value === "bigint") return numberOf(String(value))
  if (typeof value === "number") return numberOf(Number.isSafeInteger(value) ? `${value}.0` : String(value))
  if (Array.isArray(value)) return value.map(withJsonNumbers)
  if (!isPlainObject(value) || value instanceof TomlDate) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withJsonNumbers(one)]))
}

const tableOf = (value: unknown): Table => (isPlainObject(value) ? value : {})

function readTable(given: Table, notes: string[]): ReadRun {
  const { env_id, ...fields } = withOneName(given)
  if (fields.endpoint_id !== undefined) {
    notes.push("endpoint_id names an entry of a file on your machine; choose the model here.")
    delete fields.endpoint_id
    delete fields.endpoints_path
  }
  const settings = Object.entries(fields).flatMap(([key, value]) => {
    const field = runFieldList.find((row) => (row.toml ?? row.key) === key)
    if (!field) notes.push(noMeaning(key))
    return field ? [{ field, name: key, value }] : []
  })
  return toReadRun(env_id, settings, cliDefaults, notes)
}

/** The CLI knows several names for the same thing; here each gets the one that the table of fields has. */
function withOneName({ id, args, headers, sampling, taskset, harness, ...fields }: Table): Table {
  const all: Table = { ...fields }
  if (id !== undefined) all.env_id ??= id
  if (args !== undefined) all.env_args = { ...tableOf(args), ...tableOf(all.env_args) }
  if (isPlainObject(sampling)) all.sampling_args = { ...sampling, ...tableOf(all.sampling_args) }
  if (isPlainObject(headers)) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    all.header = [...lines, ...(Array.isArray(all.header) ? all.header : [])]
  } else if (headers !== undefined) all.header ??= headers
  const typed = { ...(isPlainObject(taskset) ? { taskset } : {}), ...(isPlainObject(harness) ? { harness } : {}) }
  if (Object.keys(typed).length > 0) all.env_args = { ...tableOf(all.env_args), config: typed }
  if (isPlainObject(taskset) && typeof taskset.id === "string") all.env_id ??= taskset.id
  return all
}
