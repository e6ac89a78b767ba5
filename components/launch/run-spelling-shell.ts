/** One word of a command, after quotes are gone. `$NAME` that a shell would fill in stands between U+E000 and U+E001. */
export interface Word {
  text: string
}

export type ShellReading = { ok: true; commands: Word[][] } | { ok: false; message: string }

const escapesInDouble = new Set(["$", "`", '"', "\\"])

/**
 * Splits a text into commands and words, as a POSIX shell does: both kinds of quotes, backslashes, continued lines, comments.
 * Nothing is run or filled in.
 */
export function readShell(text: string): ShellReading {
  const source = text.replaceAll("\r\n", "\n")
  const commands: Word[][] = []
  let words: Word[] = []
  let word: string | null = null
  let i = 0

  const endWord = () => {
    if (word !== null) words.push({ text: word })
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
  /** `$NAME` or `${NAME}` at this place; anything else with a dollar is kept as it stands. */
  const variable = (): boolean => {
    const found = /^\$(?:(\w+)|\{(\w+)\})/.exec(source.slice(i, i + 300))
    if (!found) return false
    add(`\u{e000}${found[1] ?? found[2]}\u{e001}`)
    i += found[0].length
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
      add("")
      i++
      for (;;) {
        const inner = source[i]
        if (inner === undefined) return { ok: false, message: "A double quote is opened and never closed." }
        if (inner === '"') break
        if (inner === "$" && variable()) continue
        if (inner === "\\") {
          const next = source[i + 1] ?? ""
          if (next !== "\n") add(escapesInDouble.has(next) ? next : `\\${next}`)
          i += 2
          continue
        }
        add(inner)
        i++
      }
      i++
    } else if (char === "\\") {
      const next = source[i + 1]
      // A backslash with blanks behind it is what is left of a continued line after a careless copy.
      const blanks = /^\\[ \t]*\n/.exec(source.slice(i, i + 100))?.[0]
      if (blanks) {
        endWord()
        i += blanks.length
      } else {
        if (next !== undefined) add(next)
        i += 2
      }
    } else if (char === "$" && variable()) {
      // taken
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
