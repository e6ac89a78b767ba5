import { type NextRequest, NextResponse } from "next/server"
import { contentPolicy } from "@/lib/content-policy.mjs"
import { isOwnBrowser, isOwnName } from "@/lib/sign-in/own-browser.ts"
import { refuseForeign } from "@/lib/sign-in/same-origin.ts"
import { operatorSession, readSession, sessionCookie } from "@/lib/sign-in/session.ts"

/**
 * Leads people to the sign-in page, or signs the operator's own browser in. Never the lock: that is the API, which every page and
 * action goes through. Server actions come through here, too, and are taken from the dashboard's own pages only.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  // What a link shares is for whoever has it, and the documentation for everybody.
  if (/^\/(login|s|docs)(\/|$)/.test(request.nextUrl.pathname)) return showPage(request)
  if (!isOwnName(request.headers.get("host")))
    return new NextResponse("This server answers to localhost only. Set PUBLIC_URL to serve it under another name.", { status: 421 })
  const foreign = refuseForeign(request)
  if (foreign) return new NextResponse(foreign, { status: 403 })
  const name = sessionCookie()
  if (await readSession(request.cookies.get(name)?.value)) return showPage(request)
  if (!(await isOwnBrowser(request.headers))) {
    const to = new URL("/login", request.url)
    to.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search)
    return NextResponse.redirect(to)
  }
  const { value, options } = await operatorSession()
  // The page that is about to be rendered must see the cookie too, not only the next one.
  const response = showPage(request, { cookie: [request.headers.get("cookie"), `${name}=${value}`].filter(Boolean).join("; ") })
  response.cookies.set(name, value, options)
  return response
}

/** Lets the page be rendered, with a nonce for its scripts: Next takes it from the policy, our own from x-nonce. */
function showPage(request: NextRequest, changed: Record<string, string> = {}): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64")
  const policy = contentPolicy(nonce)
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries({ ...changed, "x-nonce": nonce, "content-security-policy": policy })) headers.set(name, value)
  return NextResponse.next({ request: { headers }, headers: { "content-security-policy": policy } })
}

// The API is left out: it has its own lock, and a request that passes through here has its body cut at 10 MB.
export const config = { matcher: ["/((?!api/|_next/|.*\\.(?:svg|png|ico|txt|webmanifest)$).*)"] }
