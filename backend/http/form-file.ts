/** A form that is not one, or has no file. */
export class FormError extends Error {}

const headBytesMax = 16 * 1024
const blankLine = Buffer.from("\r\n\r\n")

/**
 * The content of the first part of a multipart form, as it arrives: an upload may be bigger than this process's memory.
 * @throws FormError when the form is not well made or ends too early
 */
export async function* formFile(contentType: string | undefined, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const [, quoted, plain] = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? "") ?? []
  const boundary = quoted ?? plain
  if (!boundary) throw new FormError("The body is not a multipart form: send the file as form field file")
  const end = Buffer.from(`\r\n--${boundary}`)
  // A first line that is the boundary has no line break before it.
  let held = Buffer.from("\r\n")
  let inside = false
  for await (const data of body) {
    held = Buffer.concat([held, data])
    if (!inside) {
      const start = held.indexOf(end)
      const head = start < 0 ? -1 : held.indexOf(blankLine, start)
      if (head < 0) {
        if (held.length > headBytesMax) throw new FormError("The form's first part does not begin")
        continue
      }
      held = held.subarray(head + blankLine.length)
      inside = true
    }
    const stop = held.indexOf(end)
    if (stop >= 0) {
      if (stop > 0) yield held.subarray(0, stop)
      return
    }
    // The last bytes may be the beginning of the boundary.
    const sure = held.length - end.length
    if (sure > 0) {
      yield held.subarray(0, sure)
      held = held.subarray(sure)
    }
  }
  throw new FormError(inside ? "The form ended before its file was whole" : "The form holds no file")
}
