const newline = 0x0a

/** A line was longer than it may be. */
export class LineLimitError extends Error {
  constructor(readonly number: number) {
    super(`Line ${number} is too long`)
  }
}

/**
 * The lines of a content without their ends, blank ones left out, with their numbers from 1. Never more than one of them is held.
 * @throws LineLimitError for a line of more bytes, before all of it was read
 */
export async function* linesOf(
  content: AsyncIterable<Uint8Array>,
  lineBytesMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ line: Uint8Array; number: number }> {
  let number = 1
  let pieces: Uint8Array[] = []
  let bytes = 0
  const add = (piece: Uint8Array) => {
    bytes += piece.length
    if (bytes > lineBytesMax) throw new LineLimitError(number)
    pieces.push(piece)
  }
  const whole = () => {
    const line = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
    pieces = []
    bytes = 0
    return line
  }
  for await (const piece of content) {
    let at = 0
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, at)) {
      add(piece.subarray(at, end))
      at = end + 1
      const line = whole()
      if (!isBlank(line)) yield { line, number }
      number++
    }
    if (at < piece.length) add(piece.subarray(at))
  }
  const last = whole()
  if (!isBlank(last)) yield { line: last, number }
}

const isBlank = (line: Uint8Array): boolean => line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)
