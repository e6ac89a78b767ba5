const readOnly = ["GET", "HEAD", "OPTIONS"]

/**
 * Why a request with a session may not change anything; null when it may. A browser sends the session's cookie along with what pages
 * of other ports and subdomains ask for, too.
 */
export function refuseForeign({ method, headers }: { method: string; headers: Headers }): string | null {
  if (readOnly.includes(method) || isSameOrigin(headers)) return null
  return "With a browser's session, changes are made from the dashboard's own pages only: scripts send an API key"
}

function isSameOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site")
  if (site !== null && site !== "same-origin") return false
  const origin = headers.get("origin")
  if (origin === null) return site !== null
  if (!URL.canParse(origin)) return false
  const { PUBLIC_URL } = process.env
  const { host } = new URL(origin)
  return host === headers.get("host") || (URL.canParse(PUBLIC_URL ?? "") && host === new URL(PUBLIC_URL as string).host)
}

/** The types that a foreign page may send without asking first never hold what the API expects. */
export const isJsonOrBytes = (headers: Headers): boolean =>
  /^application\/(json|octet-stream)\s*(;|$)/i.test(headers.get("content-type") ?? "")
