import { variable } from "@/lib/run-config/shell-text.ts"

export type ShellReading = { ok: true; commands: string[][] } | { ok: false; message: string }

const escapesInDouble = new Set(["$", "`", '"', "\\"])

/**
 * Splits a text into commands and words as a POSIX shell does: both kinds of quotes, backslashes, continued lines, comments.
 * Nothing is run, and `$NAME` becomes a placeholder (see `variable`).
 */
export function readShell(text: string): ShellReading {
  const source = text.replaceAll("\r\n", "\n")
  const commands: string[][] = []
  let words: string[] = []
  let word: string | null = null
  let i = 0

  const endWord = () => {
    if (word !== null) words.push(word)
    word = null
  }
  const endCommand = () => {
    endWord()
    if (words.length > 0) commands.push(words)
    words = []
  }
  const add = (more: string) => {
    word = (word ?? "") + more
  }
  /** Consumes `$NAME` or `${NAME}`; false for a plain dollar sign. */
  const takeVariable = (): boolean => {
    const found = /^\$(?:(\w+)|\{(\w+)\})/.exec(source.slice(i, i + 300))
    if (!found) return false
    add(variable(found[1] ?? found[2] ?? ""))
    i += found[0].length
    return true
  }
  /** Consumes a double-quoted part; false when it is not closed. */
  const takeDoubleQuoted = (): boolean => {
    add("")
    i++
    for (;;) {
      const char = source[i]
      if (char === undefined) return false
      if (char === '"') break
      if (char === "$" && takeVariable()) continue
      if (char === "\\") {
        const next = source[i + 1] ?? ""
        if (next !== "\n") add(escapesInDouble.has(next) ? next : `\\${next}`)
        i += 2
        continue
      }
      add(char)
      i++
    }
    i++
    return true
  }

  while (i < source.length) {
    const char = source[i] as string
    if (char === "'") {
      const end = source.indexOf("'", i + 1)
      if (end < 0) return { ok: false, message: "A single quote is opened and never closed." }
      add(source.slice(i + 1, end))
      i = end + 1
    } else if (char === '"') {
      if (!takeDoubleQuoted()) return { ok: false, message: "A double quote is opened and never closed." }
    } else if (char === "\\") {
      const next = source[i + 1]
      // A backslash followed by blanks is what careless copying leaves of a continued line.
      const blanks = /^\\[ \t]*\n/.exec(source.slice(i, i + 100))?.[0]
      if (blanks) {
        endWord()
        i += blanks.length
      } else {
        if (next !== undefined) add(next)
        i += 2
      }
    } else if (char === "$" && takeVariable()) {
      // The variable is in the word now.
    } else if (char === " " || char === "\t") {
      endWord()
      i++
    } else if (char === "\n" || char === ";" || char === "|" || char === "&") {
      endCommand()
      i++
    } else if (char === "#" && word === null) {
      const end = source.indexOf("\n", i)
      i = end < 0 ? source.length : end
    } else {
      add(char)
      i++
    }
  }
  endCommand()
  return { ok: true, commands }
}
