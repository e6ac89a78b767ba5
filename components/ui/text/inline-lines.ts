export interface InlineLine {
  line: string
  /** Whatever is above it, its marks are not resolved with those of the lines above. */
  begins: boolean
  /** It is code between fences or a block of HTML for sure, whose marks mean nothing. */
  isCode: boolean
}

/** A list item, a heading or a numbered list ends any paragraph. */
const standsAlone = /^ {0,3}(?:[-+*] +\S|#{1,6} |1[.)] +\S)/
const fence = /^(?:(`{3,})[^`]*|(~{3,}).*)$/
/** Where a fence begins inside of something else, or HTML might hide one, the fences after it cannot be told without parsing. */
const unsure = /^[ \t]*<|^[ \t]+(?:`{3}|~{3})/
/** HTML until the next blank line. */
const html = /^<\/?(?:table|thead|tbody|tr|td|th|div|p|center|details|summary|hr|h[1-6]|ul|ol|li)(?:[\s/>]|$)/i
const comment = /^<!--[^>]*-->[ \t]*$/
const row = /^\|[^\\`]*\|[ \t]*$/
const delimiterRow = /^\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$/
const pipes = (line: string): number => line.split("|").length

/**
 * The lines of a Markdown text with where a paragraph surely begins and what is surely code. In doubt a line belongs to the paragraph
 * above, so that a count of marks per paragraph is never too low, whatever somebody writes to fool it.
 */
export function* inlineLines(text: string): Generator<InlineLine> {
  const lines = text.split(/\r\n|\r|\n/)
  let open: string | null = null
  let isSure = true
  let inTable = false
  let inHtml = false
  for (const [i, line] of lines.entries()) {
    if (open !== null) {
      const mark = /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1]
      if (mark?.startsWith(open)) open = null
      yield { line, begins: true, isCode: true }
      continue
    }
    const isBlank = line.trim() === ""
    inHtml = !isBlank && (inHtml || (isSure && html.test(line)))
    if (inHtml || (isSure && comment.test(line))) {
      yield { line, begins: true, isCode: true }
      continue
    }
    const [, backticks, tildes] = fence.exec(line) ?? []
    isSure &&= !unsure.test(line)
    open = (isSure ? (backticks ?? tildes) : null) ?? null
    const afterBlank = i === 0 || lines[i - 1]?.trim() === ""
    const next = lines[i + 1] ?? ""
    if (afterBlank && row.test(line) && delimiterRow.test(next) && pipes(line) === pipes(next)) inTable = true
    else inTable &&= line.startsWith("|")
    yield { line, begins: isBlank || inTable || standsAlone.test(line) || open !== null, isCode: false }
  }
}
