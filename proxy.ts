import { type NextRequest, NextResponse } from "next/server"
import { encode, getToken } from "next-auth/jwt"
import { isLocalHost, isLoopback } from "@/lib/local-sign-in.ts"

const cookie = "next-auth.session-token"
const days = 30

/**
 * Leads people to the sign-in page, or signs the browser on this machine in. Never the lock: that is the API, which every
 * page and action goes through.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const secret = process.env.NEXTAUTH_SECRET ?? ""
  if (isLoopback() && !isLocalHost(request.headers.get("host")))
    return new NextResponse("This server answers to localhost only. Set PUBLIC_URL to serve it under another name.", { status: 421 })
  if (await getToken({ req: request, secret, cookieName: cookie, secureCookie: false })) return NextResponse.next()
  if (await getToken({ req: request, secret })) return NextResponse.next()
  if (!isLoopback()) {
    const to = new URL("/login", request.url)
    to.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search)
    return NextResponse.redirect(to)
  }
  const token = await encode({ secret, token: { sub: "local", name: "Local user" }, maxAge: days * 24 * 3600 })
  // The page that is about to be rendered must see the cookie too, not only the next one.
  const headers = new Headers(request.headers)
  headers.set("cookie", [request.headers.get("cookie"), `${cookie}=${token}`].filter(Boolean).join("; "))
  const response = NextResponse.next({ request: { headers } })
  response.cookies.set(cookie, token, { httpOnly: true, sameSite: "lax", path: "/", maxAge: days * 24 * 3600 })
  return response
}

// The API is left out: it has its own lock, and a request that passes through here has its body cut at 10 MB.
export const config = { matcher: ["/((?!api/|_next/|login|.*\\.(?:svg|png|ico|txt|webmanifest)$).*)"] }
