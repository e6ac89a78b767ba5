const here = "http://here.invalid"

/** The path to go back to after signing in. Anything that could lead to another site becomes the fallback. */
export function safeReturnPath(wanted: string | string[] | undefined, fallback: string): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/") || !URL.canParse(wanted, here)) return fallback
  const url = new URL(wanted, here)
  if (url.origin !== here || url.pathname.startsWith("//") || url.pathname.startsWith("/login")) return fallback
  return `${url.pathname}${url.search}${url.hash}`
}
