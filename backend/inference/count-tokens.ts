type Encoding = typeof import("gpt-tokenizer/encoding/o200k_base")

let loaded: Promise<Encoding> | undefined

// The ranks take megabytes and a noticeable moment to parse, so they are loaded with the first text, not with the server.
const encoding = () => (loaded ??= import("gpt-tokenizer/encoding/o200k_base"))

const anySpecialToken = { disallowedSpecial: new Set<string>() }

// Byte-pair merging takes quadratic time within a run without a word boundary; cutting long runs bounds it.
const longRun = /\S{1000}|\s{1000}/
const chunks = (text: string) => (longRun.test(text) ? (text.match(/[\s\S]{1,1000}/g) ?? []) : [text])

/** Counts the tokens of a text in o200k_base. Special tokens written in the text count as plain text. */
export async function countTokens(text: string): Promise<number> {
  const { countTokens: count } = await encoding()
  return chunks(text).reduce((sum, chunk) => sum + count(chunk, anySpecialToken), 0)
}

/** Cuts a text after `limit` tokens. */
export async function firstTokens(text: string, limit: number): Promise<string> {
  const { encode, decode } = await encoding()
  const tokens = chunks(text).flatMap((chunk) => encode(chunk, anySpecialToken))
  return decode(tokens.slice(0, limit))
}
