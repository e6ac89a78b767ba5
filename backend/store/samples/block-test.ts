import { or, type SQL, sql } from "drizzle-orm"
import { foldedWords, hasIndexedRun, literalsOf, type SearchMode } from "../../../contract/samples/text-search.ts"
import { invalid } from "../../base/errors.ts"
import { cleanText } from "../../base/json.ts"
import { type Db, hasCode } from "../db.ts"

/** A search as SQL on the blocks of texts, called t. */
export interface BlockTest {
  matches: SQL
  /** Holds for all that match, and the index answers it; null where the search has nothing that the index knows. */
  narrow: SQL | null
  /** Where the first match in one text of a block begins, and what comes behind it; from 1, and 0 where there is none. */
  span: (text: SQL) => { start: SQL; end: SQL }
  /** The example that is called exactly so matches, too. */
  exampleId: string
}

const refusedExpression = "2201B"

const contains = (words: string, blank = " "): SQL => sql`t.text like ${`%${words.replace(/[\\%_]/g, "\\$&").replaceAll(" ", blank)}%`}`

/**
 * The test of a search.
 * @param field what the request calls the search
 * @throws ServiceError invalid for a regular expression that is none
 */
export async function blockTest(db: Db, search: string, mode: SearchMode, field = "search"): Promise<BlockTest> {
  const exampleId = cleanText(search)
  if (mode === "regex") return { ...(await expressionTest(db, exampleId, field)), exampleId }
  const words = foldedWords(exampleId)
  // A blank stands for a line break, too.
  const almost = contains(words, "_")
  const placeIn = (text: SQL) => sql`position(${words} in translate(${text}, E'\n', ' '))`
  const matches = words.includes(" ") ? sql`(${almost} and ${placeIn(sql`t.text`)} > 0)` : almost
  const span = (text: SQL) => ({ start: placeIn(text), end: sql`${placeIn(text)} + length(${words})` })
  return { matches, span, narrow: hasIndexedRun(words) ? almost : null, exampleId }
}

async function expressionTest(db: Db, written: string, field: string): Promise<Pick<BlockTest, "matches" | "span" | "narrow">> {
  // Postgres calls the edge of a word \y. The case is ignored anyway.
  const expression = written
    .normalize("NFC")
    .replace(/^\(\?i\)/, "")
    .replace(/\\([\s\S])/g, (escaped, char) => (char === "b" ? "\\y" : char === "B" ? "\\Y" : escaped))
  // n: lines, and no match beyond one by a dot.
  const pattern = `(?n)${expression}`
  await db.execute(sql`select '' ~* ${pattern}`).catch((error: unknown) => {
    if (!hasCode(error, refusedExpression)) throw error
    throw invalid([field], `is no regular expression: ${reasonOf(error)}`)
  })
  const literals = literalsOf(expression)
  return {
    // In a form that the index does not try to answer itself.
    matches: sql`(t.text || '') ~* ${pattern}`,
    span: (text) => ({
      start: sql`regexp_instr(${text}, ${pattern}, 1, 1, 0, 'i')`,
      end: sql`regexp_instr(${text}, ${pattern}, 1, 1, 1, 'i')`,
    }),
    narrow: (literals && or(...literals.map((literal) => contains(literal)))) ?? null,
  }
}

/** Postgres's own words for what is wrong. */
const reasonOf = (error: unknown): string =>
  String(((error as Error).cause as Error | undefined)?.message ?? (error as Error).message).replace(/^invalid regular expression: /, "")
