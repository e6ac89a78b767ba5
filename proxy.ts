import { type NextRequest, NextResponse } from "next/server"
import { isOwnBrowser, isOwnName } from "@/lib/sign-in/own-browser.ts"
import { refuseForeign } from "@/lib/sign-in/same-origin.ts"
import { operatorSession, readSession, sessionCookie } from "@/lib/sign-in/session.ts"

/**
 * Leads people to the sign-in page, or signs the operator's own browser in. Never the lock: that is the API, which every page and
 * action goes through. Server actions come through here, too, and are taken from the dashboard's own pages only.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (!isOwnName(request.headers.get("host")))
    return new NextResponse("This server answers to localhost only. Set PUBLIC_URL to serve it under another name.", { status: 421 })
  const foreign = refuseForeign(request)
  if (foreign) return new NextResponse(foreign, { status: 403 })
  const name = sessionCookie()
  if (await readSession(request.cookies.get(name)?.value)) return NextResponse.next()
  if (!(await isOwnBrowser(request.headers))) {
    const to = new URL("/login", request.url)
    to.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search)
    return NextResponse.redirect(to)
  }
  const { value, options } = await operatorSession()
  // The page that is about to be rendered must see the cookie too, not only the next one.
  const headers = new Headers(request.headers)
  headers.set("cookie", [request.headers.get("cookie"), `${name}=${value}`].filter(Boolean).join("; "))
  const response = NextResponse.next({ request: { headers } })
  response.cookies.set(name, value, options)
  return response
}

// The API is left out: it has its own lock, and a request that passes through here has its body cut at 10 MB.
export const config = { matcher: ["/((?!api/|_next/|login|.*\\.(?:svg|png|ico|txt|webmanifest)$).*)"] }
