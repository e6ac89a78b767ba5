import { cookies } from "next/headers"
import { redirect } from "next/navigation"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"
import { currentSession } from "@/lib/auth.ts"
import { paths } from "@/lib/paths.ts"
import { operatorCookie } from "@/lib/sign-in/operator.ts"
import { isOwnBrowser } from "@/lib/sign-in/own-browser.ts"
import { noSessionCookie } from "@/lib/sign-in/session.ts"
import { safeReturnPath } from "../return-path.ts"

export const dynamic = "force-dynamic"

/** Signs the operator's own browser in and leads back; anybody else without a session that works is led to the sign-in page. */
export async function GET(request: Request): Promise<Response> {
  const back = safeReturnPath(new URL(request.url).searchParams.get("callbackUrl") ?? undefined, paths.home)
  const session = await currentSession()
  if (session && (await isKnown())) redirect(back)
  const jar = await cookies()
  if (await isOwnBrowser(request.headers)) {
    jar.set(await operatorCookie(request.headers))
    redirect(back)
  }
  jar.set(noSessionCookie())
  redirect(`${paths.signIn}?${new URLSearchParams({ callbackUrl: back, ...(session ? { ended: "1" } : {}) })}`)
}

/** Whether the platform still knows the session; also while it cannot say so. */
async function isKnown(): Promise<boolean> {
  try {
    await (await api()).whoami()
    return true
  } catch (error) {
    return !(error instanceof ApiError && error.status === 401)
  }
}
