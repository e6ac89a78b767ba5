import { cookies } from "next/headers"
import type { OpenedShare } from "@/contract/index.ts"
import { paths } from "@/lib/paths.ts"
import { isSecure } from "@/lib/sign-in/session.ts"

const name = "share-pass"

/** The pass of a link in this browser, sent to the pages of that link alone. */
export const passCookie = (token: string, { pass, expires_at }: OpenedShare) => ({
  name,
  value: pass,
  httpOnly: true,
  sameSite: "lax" as const,
  secure: isSecure(),
  path: paths.shared(token),
  expires: new Date(expires_at),
})

/** What the API takes in its query for a link that this browser has opened with its password. */
export async function passQuery(): Promise<{ pass?: string }> {
  const pass = (await cookies()).get(name)?.value
  return pass ? { pass } : {}
}
