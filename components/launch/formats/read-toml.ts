import { parse, TomlDate, TomlError } from "smol-toml"
import { runFieldList } from "@/contract/run-config.ts"
import { numberOf } from "@/contract/text/exact-json.ts"
import { sameJson } from "@/lib/json-text.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { cliDefaults, noMeaning, type Reading, type ReadRun, toReadRun } from "./read-run.ts"
import { withPlacedNames } from "./toml-order.ts"
import { modelOfEndpoint, runTables, type Table, tableOf } from "./toml-tables.ts"

/** Reads a file of `prime eval run FILE.toml`. */
export function readToml(text: string): Reading {
  let document: Table
  try {
    document = readInOrder(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "")
    return {
      ok: false,
      message: `This is neither a \`prime eval run …\` command nor TOML. As TOML: line ${error.line}, column ${error.column}: ${reason}.`,
    }
  }
  // Not part of such a file, but its neighbour endpoints.toml may be pasted below it.
  const { endpoint, ...file } = document
  const read = runTables(file)
  return read.ok ? { ok: true, runs: read.tables.map((table) => readTable(table, endpoint)) } : read
}

const readTables = (text: string): Table => withJsonNumbers(parse(text, { integersAsBigInt: true })) as Table

/** Reads TOML with its names in their order. @throws TomlError */
function readInOrder(text: string): Table {
  const tables = readTables(text)
  const placed = withPlacedNames(text)
  if (placed === text) return tables
  try {
    const inOrder = readTables(placed)
    return sameJson(tables, inOrder) ? inOrder : tables
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    return tables
  }
}

/** TOML tells whole numbers (here bigints) from floats, of which 1.0 is one too, and so does Python. */
function withJsonNumbers(value: unknown): unknown {
  if (typeof value === "bigint") return numberOf(String(value))
  if (typeof value === "number") return numberOf(Number.isSafeInteger(value) ? `${value}.0` : String(value))
  if (Array.isArray(value)) return value.map(withJsonNumbers)
  if (!isPlainObject(value) || value instanceof TomlDate) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withJsonNumbers(one)]))
}

function readTable(given: Table, endpoints: unknown): ReadRun {
  const notes: string[] = []
  const { env_id, endpoint_id, endpoints_path: _, ...fields } = withOneName(given)
  if (endpoint_id !== undefined) {
    const model = modelOfEndpoint(endpoints, endpoint_id)
    if (model) fields.model ??= model
    else
      notes.push(
        `endpoint_id ${JSON.stringify(endpoint_id)} stands for a model in endpoints.toml on your machine: paste that file below this one, or choose the model here.`,
      )
  }
  const settings = Object.entries(fields).flatMap(([key, value]) => {
    const field = runFieldList.find((row) => (row.toml ?? row.key) === key)
    if (!field) notes.push(noMeaning(key))
    return field ? [{ field, name: key, value }] : []
  })
  return toReadRun(env_id, settings, cliDefaults, notes)
}

/** The CLI knows several names for the same thing; here each gets the one that the table of fields has. */
function withOneName({ id, args, headers, taskset, harness, ...fields }: Table): Table {
  const all: Table = { ...fields }
  if (id !== undefined) all.env_id ??= id
  if (args !== undefined) all.env_args = { ...tableOf(args), ...tableOf(all.env_args) }
  if (isPlainObject(headers)) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    all.header = [...lines, ...(Array.isArray(all.header) ? all.header : [])]
  } else if (headers !== undefined) all.header ??= headers
  const config = { ...(isPlainObject(taskset) ? { taskset } : {}), ...(isPlainObject(harness) ? { harness } : {}) }
  if (Object.keys(config).length > 0)
    all.env_args = { ...tableOf(all.env_args), config: { ...tableOf(tableOf(all.env_args).config), ...config } }
  // A taskset names its package.
  const named = tableOf(tableOf(tableOf(all.env_args).config).taskset)
  const tasksetId = named.id ?? named.taskset_id
  if (typeof tasksetId === "string") all.env_id ??= tasksetId
  return all
}
