import type { NextRequest } from "next/server"
import NextAuth from "next-auth"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { authOptions } from "@/lib/sign-in/auth-options.ts"
import { browserWords } from "@/lib/sign-in/browser-words.ts"
import { clientAddress } from "@/lib/sign-in/connection.ts"
import { addingCookie, addsTo, invitationCookie, providerCookieOptions } from "@/lib/sign-in/provider-cookies.ts"

async function handle(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  const { headers } = request
  const cookie = (name: string) => request.cookies.get(name)?.value
  const invitation = cookie(invitationCookie) ?? null
  const session = await addsTo(cookie)
  const place = { address: clientAddress(headers), browser: browserWords(headers.get("user-agent")) }
  const door = remotePlatform() ? null : await import("@/lib/api/in-process.ts")
  const options = authOptions(
    door && ((identified) => (session ? door.addIdentity(identified, session) : door.signInIdentified(identified, invitation, place))),
  )
  const answer: Response = await NextAuth(request, context, options)
  if (!request.nextUrl.pathname.includes("/callback/")) return answer
  // Used up, or refused: it is not for whoever signs in next in this browser.
  for (const name of [invitationCookie, addingCookie])
    if (cookie(name) !== undefined) answer.headers.append("set-cookie", `${name}=; Path=${providerCookieOptions.path}; Max-Age=0`)
  return answer
}

export { handle as GET, handle as POST }
