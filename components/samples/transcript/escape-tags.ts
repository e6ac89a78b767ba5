const fence = /^ {0,3}(`{3,}|~{3,})/
const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])\s/
const indented = /^(?: {4}|\t)/

/**
 * Makes tags readable in Markdown. Environments ask for answers inside tags such as <answer>, which Markdown takes for HTML
 * and a safe renderer drops. Code keeps its text as it is.
 */
export function escapeTags(markdown: string): string {
  let open: string | null = null
  let beforeIsBlank = true
  let inList = false
  let inIndentedCode = false
  const lines = markdown.split("\n").map((line) => {
    const mark = fence.exec(line)?.[1]
    if (open !== null) {
      if (mark?.startsWith(open) && line.trim() === mark) open = null
      return line
    }
    if (mark) {
      open = mark
      beforeIsBlank = false
      return line
    }
    const isBlank = line.trim() === ""
    inIndentedCode = !inList && indented.test(line) && (beforeIsBlank || inIndentedCode)
    if (listItem.test(line)) inList = true
    else if (!isBlank && !/^\s/.test(line)) inList = false
    beforeIsBlank = isBlank
    return inIndentedCode ? line : escapeLine(line)
  })
  return lines.join("\n")
}

/** Outside of `code spans`, a < that could begin a tag; <https://…> stays a link. */
function escapeLine(line: string): string {
  return line
    .split(/(`+[^`]*`+)/)
    .map((piece, i) => (i % 2 === 1 ? piece : piece.replace(/<(?=[a-z/!?])(?!https?:\/\/)/gi, "&lt;")))
    .join("")
}
