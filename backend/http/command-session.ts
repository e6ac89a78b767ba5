/**
 * The messages of `command_session.CommandSession/Start`, by which the prime_sandboxes SDK has run commands since 0.5: Connect's
 * framing (a byte of flags, four of length, the message) around protobuf. Only the fields that are used here are read and written.
 */

/** What is to be run, as the SDK asks. */
export interface StartRequest {
  /** The program and its arguments. */
  argv: string[]
  env: Record<string, string>
  workingDir: string | null
  user: string | null
  /** The client wants to write to the program, too. */
  hasInput: boolean
}

const endOfStream = 2
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** Frames a message of a stream. */
function frame(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(flags)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** The last frame of a stream; with an error it says how the call failed. */
export const endFrame = (error?: { code: string; message: string }): Buffer =>
  frame(Buffer.from(JSON.stringify(error ? { error } : {})), endOfStream)

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}

const field = (number: number, kind: number, content: Uint8Array): Buffer => Buffer.concat([varint(number * 8 + kind), content])
const nested = (number: number, content: Uint8Array): Buffer => field(number, wire.bytes, Buffer.concat([varint(content.length), content]))

/** `StartResponse { event { … } }` as a frame. */
const eventFrame = (number: number, content: Uint8Array): Buffer => frame(nested(1, nested(number, content)))

export const startFrame = (): Buffer => eventFrame(1, field(1, wire.varint, varint(1)))
export const outputFrame = (stream: "stdout" | "stderr", text: string): Buffer =>
  eventFrame(2, nested(stream === "stdout" ? 1 : 2, Buffer.from(text)))
/** The program's end; the code is a zigzag number there. */
export const exitFrame = (code: number): Buffer =>
  eventFrame(3, Buffer.concat([field(1, wire.varint, varint(code < 0 ? -code * 2 - 1 : code * 2)), field(2, wire.varint, varint(1))]))

/**
 * The fields of a protobuf message, in their order: numbers for varints, bytes for the rest.
 * @throws RangeError for what is none
 */
function* fieldsOf(message: Buffer): Generator<[number: number, value: number | Buffer]> {
  let at = 0
  const readVarint = (): number => {
    for (let value = 0, weight = 1; ; weight *= 128) {
      const byte = message.readUInt8(at++)
      value += (byte & 127) * weight
      if (byte < 128) return value
    }
  }
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError("a field is longer than its message")
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = readVarint()
    const kind = key % 8
    const number = Math.floor(key / 8)
    if (kind === wire.varint) yield [number, readVarint()]
    else if (kind === wire.bytes) yield [number, take(readVarint())]
    else if (kind === wire.fixed64) yield [number, take(8)]
    else if (kind === wire.fixed32) yield [number, take(4)]
    else throw new RangeError(`a field of kind ${kind}`)
  }
}

/** Reads the framed request. @throws RangeError for bytes that are none */
export function readStartRequest(body: Buffer): StartRequest {
  if (body.readUInt8(0) !== 0) throw new RangeError("the message is compressed")
  const request: StartRequest = { argv: [], env: {}, workingDir: null, user: null, hasInput: false }
  for (const [number, value] of fieldsOf(body.subarray(5, 5 + body.readUInt32BE(1)))) {
    if (number === 4) request.hasInput = value === 1
    if (number === 1) readCommand(value as Buffer, request)
  }
  return request
}

function readCommand(message: Buffer, request: StartRequest): void {
  for (const [number, value] of fieldsOf(message)) {
    const text = String(value)
    if (number === 1) request.argv.unshift(text)
    else if (number === 2) request.argv.push(text)
    else if (number === 3) {
      const entry = Object.fromEntries(fieldsOf(value as Buffer))
      request.env[String(entry[1] ?? "")] = String(entry[2] ?? "")
    } else if (number === 4) request.workingDir = text
    else if (number === 5) request.user = text
  }
}
