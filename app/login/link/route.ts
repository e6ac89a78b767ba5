import { cookies } from "next/headers"
import { redirect } from "next/navigation"
import { paths } from "@/lib/paths.ts"
import { useLinkToken } from "@/lib/sign-in/link.ts"
import { operatorCookie } from "@/lib/sign-in/operator.ts"

export const dynamic = "force-dynamic"

/** The link that `npm start` prints: signs the operator in, once. */
export async function GET(request: Request): Promise<Response> {
  const token = new URL(request.url).searchParams.get("token") ?? ""
  if (!(await useLinkToken(token))) redirect(`${paths.signIn}?link=used`)
  ;(await cookies()).set(await operatorCookie(request.headers))
  redirect(paths.home)
}
