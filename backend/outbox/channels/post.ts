import { type Dispatcher, request } from "undici"
import { limits } from "../../../contract/limits.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { toError } from "../../base/errors.ts"
import { cleanText } from "../../base/json.ts"
import { AddressRefused } from "../../base/outside.ts"
import type { Outcome } from "./channel.ts"

/** How long a receiver may take, from the connection to the last byte that is read. */
const answerMaxMs = 15_000
/** Enough bytes for the characters that are kept. */
const answerBytesMax = 4 * limits.answerCharactersMax

/** Posts to an address that a person gave. Redirects are not followed: where they lead was never asked for. */
export async function post(
  dispatcher: Dispatcher,
  url: string,
  body: string | Buffer,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const answer = await request(url, {
      method: "POST",
      dispatcher,
      headers,
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMaxMs)]),
    })
    const status = answer.statusCode
    const text = await readStart(answer.body)
    const isFine = status >= 200 && status < 300
    const moved = status >= 300 && status < 400 ? `It answered ${status}: redirects are not followed` : `It answered ${status}`
    return { status, error: isFine ? null : moved, answer: text || null }
  } catch (error) {
    return { status: null, error: whyNot(error, new URL(url).host), answer: null }
  }
}

/** The first characters of an answer; the rest is not read. */
async function readStart(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    // Leaving the loop ends the stream, and with it the connection.
    if (bytes >= answerBytesMax) break
  }
  return cutText(cleanText(Buffer.concat(chunks).toString("utf8")), limits.answerCharactersMax)
}

function whyNot(thrown: unknown, host: string): string {
  for (let at: unknown = thrown; at instanceof Error; at = at.cause) if (at instanceof AddressRefused) return at.message
  const error = toError(thrown)
  const { code } = error as { code?: string }
  if (code === "ECONNREFUSED") return `Nothing listens at ${host}`
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `There is no host ${host}`
  if (error.name === "TimeoutError" || code === "ETIMEDOUT" || code?.endsWith("_TIMEOUT"))
    return `${host} did not answer within ${answerMaxMs / 1000} seconds`
  return `${host} could not be reached: ${cutText(error.message, limits.answerCharactersMax)}`
}
