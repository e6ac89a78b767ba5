import { placedName } from "@/contract/text/exact-json.ts"

const segment = String.raw`(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)`
const dotted = String.raw`${segment}(?:[ \t]*\.[ \t]*${segment})*`
const nameBeforeValue = String.raw`${dotted}(?=[ \t]*=)`
const nameOfTable = String.raw`^[ \t]*\[\[?[ \t]*${dotted}(?=[ \t]*\]\]?[ \t]*(?:#.*)?$)`
/** Texts of several lines, comments and all other texts are matched so that what looks like a name in them is passed over. */
const tokens = new RegExp(`"""[^]*?"""|'''[^]*?'''|#.*|(${nameOfTable}|${nameBeforeValue})|${segment}`, "gm")
const segments = new RegExp(segment, "g")

/**
 * A text of TOML in which names that JavaScript would move have a mark. Names are told by how they are written: the number of a list
 * that stands alone on its line looks like the name of a table, so compare what comes out.
 */
export const withPlacedNames = (toml: string): string =>
  toml.replace(tokens, (token, names?: string) =>
    names === undefined
      ? token
      : token.replace(segments, (one) => {
          const name = /^["']/.test(one) ? one.slice(1, -1) : one
          return placedName(name) === name ? one : `"${placedName(name)}"`
        }),
  )
