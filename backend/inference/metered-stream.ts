import { answerText } from "./used-text.ts"

/** What a stream has said so far: its last `usage`, and what the model wrote; null before its first choice. */
export interface Heard {
  usage: unknown
  text: string | null
}

/**
 * Passes a server-sent stream on unchanged, and listens to it on the way.
 * @param done called once: when the stream ends, breaks off, or its reader goes away
 */
export function meteredStream(source: AsyncIterable<Uint8Array>, done: (heard: Heard) => void): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  const heard: Heard = { usage: null, text: null }
  let rest = ""
  let isDone = false
  const finish = () => {
    if (!isDone) done(heard)
    isDone = true
  }
  const read = (text: string) => {
    rest += text
    const lines = rest.split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) if (line.startsWith("data:")) hear(heard, line.slice(5))
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done: ended } = await iterator.next()
        read(ended ? `${decoder.decode()}\n` : decoder.decode(value, { stream: true }))
        if (!ended) return controller.enqueue(value)
      } catch (error) {
        finish()
        throw error
      }
      finish()
      controller.close()
    },
    async cancel() {
      finish()
      await iterator.return?.()
    },
  })
}

function hear(heard: Heard, line: string): void {
  let chunk: { usage?: unknown } | null
  try {
    chunk = JSON.parse(line)
  } catch {
    return
  }
  heard.usage = chunk?.usage ?? heard.usage
  const text = answerText(chunk)
  if (text !== null) heard.text = (heard.text ?? "") + text
}
