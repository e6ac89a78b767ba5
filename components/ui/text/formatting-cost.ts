import { inlineLines } from "./inline-lines.ts"

/** Nested `>`, lists and the like: each level is a level of the page's tree too. */
const depthMax = 50
/** Lines, with one more for each level that a line opens. */
const linesMax = 5000
const cellsMax = 20_000
const footnotesMax = 300
const marksMax = 20_000
/** What resolving emphasis and brackets may cost: for each mark a look at the marks before it. */
const looksMax = 20_000_000
/** A closing bracket looks at less than an emphasis mark does. */
const emphasisWeight = 10
/** What looking for the end of code, comments, tags and titles may cost: for each beginning the characters after it. */
const readsMax = 20_000_000

const containers = /^[\s>*+\-\d.)]*/
const container = />|[*+-](?=[ \t])|\d[.)](?=[ \t])/g
const special = /([*_~`])\1*|\]\(?|[[<&!@\\]/g
const word = /[\p{L}\p{N}]/u

/**
 * Whether a text can be formatted in a time that grows with its length. The parser of Markdown takes quadratic time for emphasis,
 * brackets and unclosed code or comments within a paragraph, builds every cell of a table whose header is wider than its rows, and
 * recurses into nesting. All of it is counted from above, in linear time: a text within these bounds is safe, a text beyond may be
 * as well.
 */
export function isCheapToFormat(text: string): boolean {
  const sum: Sum = { lines: 0, cells: 0, marks: 0, looks: 0, reads: 0 }
  let block = newBlock()
  let table = { lines: 0, pipes: 0 }
  for (const { line, begins, isCode } of inlineLines(text)) {
    sum.lines++
    if (isCode) continue
    const start = line.match(containers)?.[0] ?? ""
    const levels = start.match(container)?.length ?? 0
    if (levels + (line.length - line.trimStart().length) / 2 > depthMax) return false
    sum.lines += levels
    if (begins) {
      addBlock(sum, block)
      block = newBlock()
    }
    if (line.trim() === "") {
      sum.cells += table.lines * table.pipes
      table = { lines: 0, pipes: 0 }
    }
    table = { lines: table.lines + 1, pipes: Math.max(table.pipes, line.split("|").length - 1) }
    countMarks(line, block)
  }
  addBlock(sum, block)
  return (
    sum.lines <= linesMax &&
    sum.cells + table.lines * table.pipes <= cellsMax &&
    sum.marks <= marksMax &&
    sum.looks <= looksMax &&
    sum.reads <= readsMax &&
    text.split("[^").length - 1 <= footnotesMax
  )
}

/** Of the whole text, each from above. */
interface Sum {
  lines: number
  cells: number
  marks: number
  looks: number
  reads: number
}

/** Lines that the parser may take for one paragraph. */
interface Block {
  characters: number
  /** Everything that a look backwards passes. */
  marks: number
  /** Marks that make the parser look backwards, weighted. */
  looking: number
  /** Beginnings of comments, tags and titles, which are read to their end. */
  openings: number
  /** Lengths of runs of backticks: of each length one at most has no end. */
  ticks: Set<number>
}
const newBlock = (): Block => ({ characters: 0, marks: 0, looking: 0, openings: 0, ticks: new Set() })

function addBlock(sum: Sum, block: Block): void {
  sum.marks += block.marks
  sum.looks += block.looking * block.marks
  sum.reads += (block.openings + block.ticks.size) * block.characters
}

function countMarks(line: string, block: Block): void {
  block.marks++
  block.characters += line.length
  for (const { 0: run, 1: repeated, index } of line.matchAll(special)) {
    block.marks++
    if (repeated === "`") block.ticks.add(run.length)
    else if (repeated) block.looking += emphasisWeight * (canEmphasize(line, index, run) ? Math.ceil(run.length / 2) : 0)
    else if (run[0] === "]") block.looking++
    if (run === "<" || run === "](") block.openings++
  }
}

/** Not in the middle of blanks, and for an underscore not in the middle of a word, as in snake_case. */
function canEmphasize(line: string, index: number, run: string): boolean {
  const before = line.charAt(index - 1)
  const after = line.charAt(index + run.length)
  if (before.trim() === "" && after.trim() === "") return false
  return run[0] !== "_" || !word.test(before) || !word.test(after)
}
