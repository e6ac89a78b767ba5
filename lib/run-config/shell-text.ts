/** A text quoted as one word of a POSIX shell, which then takes it literally. */
export const shellWord = (text: string): string => (/^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/** A JSON object of secrets as one shell word. The shell fills in the values, which therefore appear in no text and no history. */
export const secretsWord = (names: readonly string[]): string =>
  `'{${names.map((name) => `${JSON.stringify(name)}: "'"$${name}"'"`).join(", ")}}'`

/** Placeholder for `$NAME` inside a text until it is quoted, or after it was parsed; private-use characters that no real text has. */
export const variable = (name: string): string => `\u{e000}${name}\u{e001}`

/** Replaces each variable of a text. */
export const replaceVariables = (text: string, replacement: (name: string) => string): string =>
  text.replace(/\u{e000}(\w+)\u{e001}/gu, (_, name: string) => replacement(name))

export const hasVariable = (text: string): boolean => /\u{e000}/u.test(text)
