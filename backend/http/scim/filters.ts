import SCIMMY from "scimmy"
import { refusal } from "./resources.ts"

const core = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/

/**
 * The comparisons of a filter, by the attribute's path in lower case. Only equality is known, joined by `and`: what directories look for.
 * @throws the refusal of a filter that asks for more
 */
export function comparisonsOf(filter: string, attributes: readonly string[]): Record<string, string | boolean> {
  const parsed = parsedOf(filter, attributes)
  const [only] = parsed
  if (parsed.length !== 1 || only === undefined) throw unknownFilter(attributes)
  const found: Record<string, string | boolean> = {}
  const walk = (part: Record<string, unknown>, before: string) => {
    for (const [name, value] of Object.entries(part)) {
      const path = `${before}${name.toLowerCase().replace(core, "")}`
      if (typeof value !== "object" || value === null) throw unknownFilter(attributes)
      if (!Array.isArray(value)) walk(value as Record<string, unknown>, `${path}.`)
      else if (value.length === 2 && String(value[0]).toLowerCase() === "eq" && ["string", "boolean"].includes(typeof value[1]))
        found[path] = value[1]
      else throw unknownFilter(attributes)
    }
  }
  walk(only, "")
  // Whoever is sought by an address of one kind is sought by the address: there is one.
  delete found["emails.type"]
  delete found["emails.primary"]
  if (Object.keys(found).some((path) => !attributes.includes(path))) throw unknownFilter(attributes)
  return found
}

function parsedOf(filter: string, attributes: readonly string[]) {
  try {
    return new SCIMMY.Types.Filter(filter)
  } catch (error) {
    // An attribute without a comparison is no error of its own.
    throw error instanceof SCIMMY.Types.Error ? error : unknownFilter(attributes)
  }
}

const unknownFilter = (attributes: readonly string[]) =>
  refusal(400, "invalidFilter", `A filter may compare ${attributes.join(", ")} by eq, joined by and`)
