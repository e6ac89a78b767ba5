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
  /** The example that is called exactly so matches, too. */
  exampleId: string
}

const refusedExpression = "2201B"

const contains = (words: string, blank = " "): SQL => sql`t.text like ${`%${words.replace(/[\\%_]/g, "\\$&").replaceAll(" ", blank)}%`}`

/**
 * The test of a search.
 * @throws ServiceError invalid for a regular expression that is none
 */
export async function blockTest(db: Db, search: string, mode: SearchMode): Promise<BlockTest> {
  const exampleId = cleanText(search)
  if (mode === "regex") return { ...(await expressionTest(db, exampleId)), exampleId }
  const words = foldedWords(exampleId)
  // A blank stands for a line break, too.
  const almost = contains(words, "_")
  const matches = words.includes(" ") ? sql`(${almost} and position(${words} in translate(t.text, E'\n', ' ')) > 0)` : almost
  return { matches, narrow: hasIndexedRun(words) ? almost : null, exampleId }
}

async function expressionTest(db: Db, written: string): Promise<Pick<BlockTest, "matches" | "narrow">> {
  // Postgres calls the edge of a word \y. The case is ignored anyway.
  const expression = written
    .normalize("NFC")
    .replace(/^\(\?i\)/, "")
    .replace(/\\([\s\S])/g, (escaped, char) => (char === "b" ? "\\y" : char === "B" ? "\\Y" : escaped))
  // n: lines, and no match beyond one by a dot.
  const pattern = `(?n)${expression}`
  await db.execute(sql`select '' ~* ${pattern}`).catch((error: unknown) => {
    if (!hasCode(error, refusedExpression)) throw error
    throw invalid(["search"], `is no regular expression: ${reasonOf(error)}`)
  })
  const literals = literalsOf(expression)
  return {
    // In a form that the index does not try to answer itself.
    matches: sql`(t.text || '') ~* ${pattern}`,
    narrow: (literals && or(...literals.map((literal) => contains(literal)))) ?? null,
  }
}

/** Postgres's own words for what is wrong. */
const reasonOf = (error: unknown): string =>
  String(((error as Error).cause as Error | undefined)?.message ?? (error as Error).message).replace(/^invalid regular expression: /, "")
