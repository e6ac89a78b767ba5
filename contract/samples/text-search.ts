/** How a search is meant: as the text itself, in any case, or as a regular expression, in any case too. */
export const searchModes = ["text", "regex"] as const
export type SearchMode = (typeof searchModes)[number]

/** Text with its letters composed and each run of blanks as one, since a page breaks lines where it likes. Line breaks stay, for regular expressions. */
export const evenText = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/\s*\n\s*/g, "\n")
    .replace(/[^\S\n]+/g, " ")

/** In lower case, sign by sign: what stands at a place of the text stands there in this one, too. A sign without such a small one stays. */
export function inLowerCase(text: string): string {
  // Which of its two small letters a capital sigma becomes depends on what follows.
  const lower = text.toLowerCase().replaceAll("ς", "σ")
  if (lower.length === text.length) return lower
  return Array.from(text, (sign) => {
    const small = sign.toLowerCase().replace("ς", "σ")
    return small.length === sign.length ? small : sign
  }).join("")
}

/** Text as searches compare it: even, and in lower case. A blank in a search stands for a line break, too. */
export const foldedText = (text: string): string => inLowerCase(evenText(text))

/** The words of a search as they are compared; empty when there is nothing to look for. */
export const foldedWords = (search: string): string => (search.trim() === "" ? "" : foldedText(search).replaceAll("\n", " "))

/** A test of texts. @throws SyntaxError for a regular expression that is none */
export function textTest(search: string, mode: SearchMode): (text: string) => boolean {
  if (mode === "regex") {
    const pattern = new RegExp(search, "im")
    return (text) => pattern.test(foldedText(text))
  }
  const words = foldedWords(search)
  return (text) => foldedText(text).replaceAll("\n", " ").includes(words)
}

const indexed = /[a-z0-9]{3,}/g

/** The longest run of at least three letters or digits. Others than ASCII's are not relied on: whether Postgres takes them for letters depends on its locale. */
const longestRun = (text: string): string | null =>
  (text.match(indexed) ?? []).reduce<string | null>((longest, run) => (run.length > (longest?.length ?? 0) ? run : longest), null)

/** Whether an index of three-letter pieces can narrow a search for these words. */
export const hasIndexedRun = (words: string): boolean => longestRun(words) !== null

const tokens =
  /\\(?:x[0-9a-f]+|u[0-9a-f]{4}|U[0-9a-f]{8}|c.|\d+|[\s\S])|\[\^?\]?(?:\[[:.=][\s\S]*?[:.=]\]|\\[\s\S]|[^\]\\])*\]|\{[^}]*\}|[\s\S]/gi

/**
 * Literal texts of which every match of a regular expression holds at least one, each with three letters or digits in a row; null where
 * there are none that are easy to see. Groups are not looked into.
 */
export function literalsOf(pattern: string): string[] | null {
  const branches: string[] = [""]
  let depth = 0
  for (const [token] of pattern.matchAll(tokens)) {
    const at = branches.length - 1
    const add = (text: string) => {
      branches[at] = (branches[at] ?? "") + text
    }
    if (token === "(") depth++
    else if (token === ")") depth--
    // The comma ends a run: what is in a group stands between the texts around it.
    if (depth > 0 || token === ")") add(",")
    else if (token === "|") branches.push("")
    else if (token === "+") add(",")
    // Also none of what stands before it may be there.
    else if (/^[*?{]/.test(token)) branches[at] = `${(branches[at] ?? "").slice(0, -1)},`
    else add(/^[a-z0-9]$/i.test(token) ? token.toLowerCase() : ",")
  }
  const literals = branches.map(longestRun)
  return literals.every((literal) => literal !== null) ? literals : null
}
