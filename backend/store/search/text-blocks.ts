import { evenText, inLowerCase } from "../../../contract/samples/text-search.ts"
import { cleanText } from "../../base/json.ts"

const blockCharacters = 8000
/** More than a search is long, so that what stands across the border of two blocks is whole in one of them. */
const overlapCharacters = 500
/** Stands between two texts of a block. No text has it, and no `.` of an expression leads past it. */
export const separator = "\n\u001f\n"

export interface TextBlock<Spot> {
  /** As searches compare it. */
  text: string
  /** As people read it: sign by sign the same. */
  shown: string
  /** Where each of its texts is. */
  spots: Spot[]
}

/** Texts in blocks of the index: short ones together, long ones in overlapping pieces. Blank ones are left out. */
export function textBlocks<Spot>(texts: Iterable<{ text: string; spot: Spot }>): TextBlock<Spot>[] {
  const blocks: TextBlock<Spot>[] = []
  let shown: string[] = []
  let spots: Spot[] = []
  let length = 0
  const add = (block: string, ofBlock: Spot[]) => blocks.push({ text: inLowerCase(block), shown: block, spots: ofBlock })
  const end = () => {
    if (shown.length > 0) add(shown.join(separator), spots)
    shown = []
    spots = []
    length = 0
  }
  for (const one of texts) {
    const text = evenText(cleanText(one.text).replaceAll("\u001f", "\ufffd"))
    if (text.trim() === "") continue
    if (length + text.length > blockCharacters) end()
    if (text.length > blockCharacters)
      for (let from = 0; from + overlapCharacters < text.length; from += blockCharacters - overlapCharacters)
        add(cleanText(text.slice(from, from + blockCharacters)), [one.spot])
    else {
      shown.push(text)
      spots.push(one.spot)
      length += text.length + separator.length
    }
  }
  end()
  return blocks
}
