/** A function that hides secrets in raw text, in every spelling that a log line or a JSON row is likely to carry. */
export type Mask = (text: string) => string

/** Shorter values would hide half of every log. */
const shortest = 5

/**
 * @param secrets values by name; a value shows up as [NAME]
 */
export function maskOf(secrets: Record<string, string>): Mask {
  const spellings = new Map<string, string>()
  for (const [name, value] of Object.entries(secrets)) {
    if (value.length < shortest) continue
    const json = JSON.stringify(value).slice(1, -1)
    const bytes = Buffer.from(value)
    // Python's json.dumps escapes everything beyond ASCII.
    const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
    const base64 = [bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")]
    for (const spelling of [value, json, ascii, JSON.stringify(json).slice(1, -1), encodeURIComponent(value), ...base64])
      spellings.set(spelling, name)
  }
  if (spellings.size === 0) return (text) => text
  const longestFirst = [...spellings.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map((spelling) => spelling.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("|"), "g")
  return (text) => text.replace(pattern, (found) => `[${spellings.get(found) ?? "secret"}]`)
}
