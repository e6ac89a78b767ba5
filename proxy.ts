import { type NextRequest, NextResponse } from "next/server"
import { contentPolicy } from "@/lib/serving/content-policy.mjs"
import { isOwnName } from "@/lib/sign-in/own-browser.ts"
import { refuseForeign } from "@/lib/sign-in/same-origin.ts"
import { isSecure, readSession, sessionCookie } from "@/lib/sign-in/session.ts"

/**
 * Leads whoever has no session to the sign-in page. Never the lock: that is the API, which every page and
 * action goes through. Server actions come through here, too, and are taken from the dashboard's own pages only.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  // What a link shares is for whoever has it, and the documentation for everybody.
  if (/^\/(login|s|docs)(\/|$)/.test(request.nextUrl.pathname)) return showPage(request)
  if (!isOwnName(request.headers.get("host")))
    return new NextResponse("This server answers to localhost only. Set PUBLIC_URL to serve it under another name.", { status: 421 })
  const foreign = refuseForeign(request)
  if (foreign) return new NextResponse(foreign, { status: 403 })
  if (await readSession(request.cookies.get(sessionCookie())?.value)) return showPage(request)
  const to = new URL("/login", request.url)
  to.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search)
  return NextResponse.redirect(to)
}

/** Lets the page be rendered, with a nonce for its scripts: Next takes it from the policy, our own from x-nonce. */
function showPage(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64")
  const policy = contentPolicy(nonce)
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries({ "x-nonce": nonce, "content-security-policy": policy })) headers.set(name, value)
  // Whoever has come over TLS once is not led to an address without it any more.
  const transport: Record<string, string> = isSecure() ? { "strict-transport-security": "max-age=31536000" } : {}
  return NextResponse.next({ request: { headers }, headers: { "content-security-policy": policy, ...transport } })
}

// The API is left out: it has its own lock, and a request that passes through here has its body cut at 10 MB.
export const config = { matcher: ["/((?!api/|_next/|.*\\.(?:svg|png|ico|txt|webmanifest)$).*)"] }
