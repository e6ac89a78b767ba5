/** The `usage` of an answer; null when it is not JSON. */
export function usageIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { usage?: unknown }).usage
  } catch {
    return null
  }
}

/**
 * Passes a server-sent stream on unchanged, and reads the last `usage` out of it on the way.
 * @param done called once, when the stream ends or its reader goes away
 */
export function meteredStream(source: AsyncIterable<Uint8Array>, done: (usage: unknown) => void): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  let rest = ""
  let usage: unknown = null
  const read = (text: string) => {
    rest += text
    const lines = rest.split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) if (line.startsWith("data:") && line.includes('"usage"')) usage = usageIn(line.slice(5)) ?? usage
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done: ended } = await iterator.next()
      if (ended) {
        read(`${decoder.decode()}\n`)
        done(usage)
        controller.close()
        return
      }
      read(decoder.decode(value, { stream: true }))
      controller.enqueue(value)
    },
    async cancel() {
      done(usage)
      await iterator.return?.()
    },
  })
}
