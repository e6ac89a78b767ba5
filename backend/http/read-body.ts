import { ServiceError } from "../base/errors.ts"

/** How long a client may pause while it sends, and how long all of a JSON body may take. */
const patience = { pauseMs: 30_000, totalMs: 300_000 }

/** A body that says it is no larger comes at once, and is read without the ceremony of a stream: requests to models are like that, many a second. */
const smallBytes = 64 * 1024

/** Deeper JSON cannot be walked through without running out of stack, here or in Postgres. */
const depthMax = 500

interface Bounds {
  bytesMax: number
  pauseMs?: number
  totalMs?: number
}

/**
 * The text of a JSON body, which may be empty.
 * @throws ServiceError for a body that is larger (declared or sent), nested too deeply, or does not come
 */
export async function readJsonText(request: Request, bounds: Bounds): Promise<string> {
  const length = request.headers.get("content-length")
  if (Number(length) > bounds.bytesMax) throw tooLarge(bounds.bytesMax)
  if (length !== null && Number(length) <= smallBytes) {
    const text = await within(Math.min(bounds.pauseMs ?? patience.pauseMs, bounds.totalMs ?? patience.totalMs), request.text())
    if (text.length > bounds.bytesMax) throw tooLarge(bounds.bytesMax)
    refuseDeep(text)
    return text
  }
  const decoder = new TextDecoder()
  let text = ""
  for await (const piece of bodyPieces(request.body, bounds)) text += decoder.decode(piece, { stream: true })
  text += decoder.decode()
  refuseDeep(text)
  return text
}

/**
 * The bytes of a body as they arrive.
 * @param bounds without `totalMs` a body may take as long as it keeps coming
 * @throws ServiceError for a body that is larger, or does not come
 */
export async function* bodyPieces(
  body: ReadableStream<Uint8Array> | null,
  { bytesMax, pauseMs = patience.pauseMs, totalMs = patience.totalMs }: Bounds,
): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  const end = Date.now() + totalMs
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await within(Math.min(pauseMs, end - Date.now()), reader.read())
      if (done) return
      bytes += value.byteLength
      if (bytes > bytesMax) throw tooLarge(bytesMax)
      yield value
    }
  } finally {
    // Whoever is refused may still be sending, and cancelling may wait for that.
    reader.cancel().catch(() => {})
  }
}

const tooLarge = (bytesMax: number) => {
  const size = bytesMax < 1024 ** 2 ? `${bytesMax / 1024} KiB` : `${bytesMax / 1024 ** 2} MiB`
  return new ServiceError("too_large", `The body is larger than ${size}`)
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ServiceError("timeout", "The body of the request did not come in time")), Math.max(0, ms))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** One pass over what is between the strings, which make up most of a large body and are skipped. */
function refuseDeep(text: string): void {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) at = endOfString(text, at)
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > depthMax) throw new ServiceError("invalid", `The body is nested more than ${depthMax} levels deep`)
    } else if (code === 0x5d || code === 0x7d) depth--
  }
}

/** The place of the quote that ends a string; the end of the text when none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return at
  }
  return text.length
}
