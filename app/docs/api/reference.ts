import { isPlainObject } from "@/lib/plain-object.ts"

/** One field of a body or an answer, or one parameter of an address. */
export interface Field {
  name: string
  type: string
  required: boolean
  description: string | null
}

export interface Operation {
  id: string
  method: string
  path: string
  summary: string
  access: "public" | "optional" | "required"
  isExtension: boolean
  path_params: Field[]
  query: Field[]
  /** Null: no body. */
  body: { type: string; fields: Field[] } | null
  answer: { status: string; type: string; fields: Field[] } | null
}

export interface Group {
  name: string
  operations: Operation[]
}

type Json = Record<string, unknown>
const object = (value: unknown): Json => (isPlainObject(value) ? value : {})
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)
const methods = ["get", "post", "put", "patch", "delete"]

/** Reads an OpenAPI document into what the page shows: operations in their groups, in the document's order. */
export function readReference(document: unknown): Group[] {
  const root = object(document)
  const schemas = object(object(root.components).schemas)
  const groups = new Map<string, Operation[]>()
  for (const [path, item] of Object.entries(object(root.paths))) {
    for (const method of methods) {
      const entry = object(item)[method]
      if (!isPlainObject(entry)) continue
      const group = (Array.isArray(entry.tags) ? text(entry.tags[0]) : null) ?? "other"
      const operations = groups.get(group) ?? []
      groups.set(group, operations)
      operations.push(readOperation(path, method, entry, schemas))
    }
  }
  return [...groups].map(([name, operations]) => ({ name, operations }))
}

function readOperation(path: string, method: string, entry: Json, schemas: Json): Operation {
  const parameters = (Array.isArray(entry.parameters) ? entry.parameters : []).filter(isPlainObject)
  const inPlace = (place: string): Field[] =>
    parameters
      .filter((one) => one.in === place)
      .map((one) => ({
        name: String(one.name),
        type: typeOf(one.schema, schemas),
        required: one.required === true,
        description: text(one.description) ?? text(object(one.schema).description),
      }))
  const body = contentOf(entry.requestBody, schemas)
  const [status, answer] = Object.entries(object(entry.responses)).find(([code]) => code.startsWith("2")) ?? []
  const security = Array.isArray(entry.security) ? entry.security : null
  return {
    id: text(entry.operationId) ?? `${method} ${path}`,
    method: method.toUpperCase(),
    path,
    summary: text(entry.summary) ?? "",
    access: security === null ? "required" : security.length === 0 ? "public" : "optional",
    isExtension: entry["x-extension"] === true,
    path_params: inPlace("path"),
    query: inPlace("query"),
    body,
    answer: status === undefined ? null : { status, ...(contentOf(answer, schemas) ?? { type: "nothing", fields: [] }) },
  }
}

function contentOf(holder: unknown, schemas: Json): { type: string; fields: Field[] } | null {
  const [kind, content] = Object.entries(object(object(holder).content))[0] ?? []
  if (kind === undefined) return null
  const { schema } = object(content)
  return kind === "application/json" ? { type: typeOf(schema, schemas), fields: fieldsOf(schema, schemas) } : { type: kind, fields: [] }
}

const refName = (schema: Json): string | null => text(schema.$ref)?.split("/").at(-1) ?? null

function resolve(schema: unknown, schemas: Json): Json {
  let current = object(schema)
  for (let depth = 0; depth < 10; depth++) {
    const name = refName(current)
    const inner = Array.isArray(current.anyOf) ? current.anyOf.filter((one) => object(one).type !== "null") : []
    if (name !== null) current = object(schemas[name])
    else if (inner.length === 1) current = object(inner[0])
    else break
  }
  return current
}

/** The fields of an object; those of a `data` envelope are named `data.name`. */
function fieldsOf(schema: unknown, schemas: Json): Field[] {
  const { properties, required } = resolve(schema, schemas)
  const needed = new Set(Array.isArray(required) ? required.map(String) : [])
  return Object.entries(object(properties)).flatMap(([name, value]): Field[] => {
    const field = {
      name,
      type: typeOf(value, schemas),
      required: needed.has(name),
      description: text(object(value).description) ?? text(resolve(value, schemas).description),
    }
    if (name !== "data") return [field]
    const inner = resolve(value, schemas)
    const isList = inner.type === "array"
    const below = fieldsOf(isList ? inner.items : inner, schemas)
    return [field, ...below.map((one) => ({ ...one, name: `data${isList ? "[]" : ""}.${one.name}` }))]
  })
}

/** A type in a few words: "string", "integer or null", "list of EnvironmentRow", "a | b". */
function typeOf(value: unknown, schemas: Json): string {
  const schema = object(value)
  const name = refName(schema)
  if (name !== null) {
    const target = object(schemas[name])
    return Array.isArray(target.enum) ? typeOf(target, schemas) : name
  }
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(" | ")
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const several = schema.anyOf ?? schema.oneOf
  if (Array.isArray(several)) return [...new Set(several.map((one) => typeOf(one, schemas)))].join(" or ")
  if (Array.isArray(schema.type)) return schema.type.join(" or ")
  if (schema.type === "array") return `list of ${typeOf(schema.items, schemas)}`
  if (schema.format === "date-time") return "time"
  return text(schema.type) ?? "any"
}
