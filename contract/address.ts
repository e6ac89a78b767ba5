type Value = string | number | boolean | null | undefined | readonly (string | number)[]
export type Values = Record<string, Value>

/** Fills `{name}` places of a contract path and appends the query. Missing, null and empty query values are left out. */
export function address(path: string, params: Values = {}, query: Values = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? "")
    // Model ids keep their slashes; everything else is one path segment.
    return name === "model_id" ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value)
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  const text = search.toString()
  return `/api/v1${filled}${text ? `?${text}` : ""}`
}
