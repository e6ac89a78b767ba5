import "server-only"
import { remotePlatform } from "../api/deployment.ts"
import { browserWords } from "./browser-words.ts"
import { clientAddress } from "./connection.ts"
import { accountCookie, remoteOperatorCookie } from "./session.ts"

/** The cookie of a new session of the operator, whose browser was recognised or opened the printed link. */
export async function operatorCookie(headers: Headers) {
  if (remotePlatform()) return remoteOperatorCookie()
  const { signInOperator } = await import("../api/in-process.ts")
  const { token } = await signInOperator({ address: clientAddress(headers), browser: browserWords(headers.get("user-agent")) })
  return accountCookie(token)
}
