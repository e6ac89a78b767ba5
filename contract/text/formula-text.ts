/**
 * Text that a spreadsheet would compute gets an apostrophe: models and environments wrote it. Numbers stay numbers, and a formula
 * after blanks counts too; csv-stringify's own `escape_formulas` knows neither.
 */
export const withoutFormula = (text: string): string => (/^\s*[=+\-@]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text)
