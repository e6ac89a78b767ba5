/** Text inside of XML, which has no control characters. */
export const svgText = (text: string): string => text.replace(/\p{Cc}/gu, " ").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** At most so many characters, with a sign where there were more. */
export const cutAt = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)
