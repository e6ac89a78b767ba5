import { cookies } from "next/headers"
import { redirect } from "next/navigation"
import { ApiError } from "@/lib/api/error.ts"
import { publicApi } from "@/lib/api/server.ts"
import { paths } from "@/lib/paths.ts"
import { passCookie } from "../pass.ts"

/** The form that asks for a link's password: a plain one, so that it needs no script. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params
  const password = (await request.formData()).get("password")
  let refused: string | null = null
  try {
    const opened = await (await publicApi()).openShare({ params: { token }, body: { password: String(password ?? "") } })
    ;(await cookies()).set(passCookie(token, opened))
  } catch (error) {
    if (!(error instanceof ApiError) || ![401, 404, 422, 429].includes(error.status)) throw error
    refused = error.status === 429 ? "later" : "wrong"
  }
  redirect(refused ? `${paths.shared(token)}?password=${refused}` : paths.shared(token))
}
