/** A function that hides secrets in a text, in every encoding that a log line or a message is likely to carry. */
export type Mask = (text: string) => string

/** A text to hide; it shows up as [NAME]. One name may have several texts: a file's content, and the same in base64. */
export interface Secret {
  name: string
  value: string
}

/** Shorter values would hide half of every log. */
const shortest = 5
/** A line of a longer text is hidden by itself from this length on: shorter ones (`{`, `-----END…`) are not secret. */
const shortestLine = 16

export function maskOf(secrets: readonly Secret[]): Mask {
  const names = new Map<string, string>()
  for (const { name, value } of secrets) {
    // Output comes line by line, and so does a printed key or file.
    const lines = value.split(/\r?\n/).map((line) => line.trim())
    if (lines.length > 1)
      for (const line of lines) if (line.length >= shortestLine) for (const form of [line, inJson(line)]) names.set(form, name)
    if (value.length >= shortest) for (const form of formsOf(value)) names.set(form, name)
  }
  if (names.size === 0) return (text) => text
  // Looked up by prefix: where a secret is a whole file, a regular expression of all forms would be too large.
  const byStart = new Map<string, string[]>()
  const firstCharacters = new Set<number>()
  for (const form of [...names.keys()].sort((a, b) => b.length - a.length)) {
    const start = form.slice(0, shortest)
    const group = byStart.get(start)
    if (group) group.push(form)
    else byStart.set(start, [form])
    firstCharacters.add(form.charCodeAt(0))
  }
  return (text) => {
    let masked = ""
    let end = 0
    for (let i = 0; i + shortest <= text.length; ) {
      const candidates = firstCharacters.has(text.charCodeAt(i)) ? byStart.get(text.slice(i, i + shortest)) : undefined
      const found = candidates?.find((form) => text.startsWith(form, i))
      if (found) {
        masked += `${text.slice(end, i)}[${names.get(found)}]`
        i += found.length
        end = i
      } else i++
    }
    return end === 0 ? text : masked + text.slice(end)
  }
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

function formsOf(value: string): string[] {
  const json = inJson(value)
  const bytes = Buffer.from(value)
  // Python's json.dumps escapes everything beyond ASCII.
  const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
  const base64 = [bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")]
  return [value, json, ascii, inJson(json), encodeURIComponent(value.toWellFormed()), ...base64]
}

/** Masks every text in a JSON value, and leaves its structure alone: a mask over the raw line could break it, and lose the line. */
export function maskJson<T>(mask: Mask, value: T): T {
  if (typeof value === "string") return mask(value) as T
  if (Array.isArray(value)) return value.map((one) => maskJson(mask, one)) as T
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [mask(key), maskJson(mask, one)])) as T
  return value
}
