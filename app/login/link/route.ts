import { cookies } from "next/headers"
import { redirect } from "next/navigation"
import { paths } from "@/lib/paths.ts"
import { useLinkToken } from "@/lib/sign-in/link.ts"
import { operatorSession, sessionCookie } from "@/lib/sign-in/session.ts"

export const dynamic = "force-dynamic"

/** The link that `npm start` prints: signs the operator in, once. */
export async function GET(request: Request): Promise<Response> {
  const token = new URL(request.url).searchParams.get("token") ?? ""
  if (!(await useLinkToken(token))) redirect(`${paths.signIn}?link=used`)
  const { value, options } = await operatorSession()
  ;(await cookies()).set(sessionCookie(), value, options)
  redirect(paths.home)
}
