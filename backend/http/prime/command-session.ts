import { Refusal } from "../../base/refusal.ts"

/** What a client of command_session.CommandSession/Start asks for. */
export interface StartedCommand {
  cmd: string
  args: string[]
  env: Record<string, string>
  cwd: string | undefined
  user: string | undefined
}

/** An event of a command's stream, as its protobuf message. */
export const commandEvents = {
  start: (pid: number): Buffer => event(1, varintField(1, pid)),
  stdout: (text: string): Buffer => event(2, bytesField(1, Buffer.from(text))),
  stderr: (text: string): Buffer => event(2, bytesField(2, Buffer.from(text))),
  // A signed number, and whether the program ended by itself.
  end: (exitCode: number): Buffer => event(3, Buffer.concat([varintField(1, exitCode * 2), varintField(2, 1)])),
  keepalive: (): Buffer => event(4, Buffer.alloc(0)),
}

/** A message of the Connect protocol's streams: flags, length, content. */
export function envelope(content: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(flags, 0)
  head.writeUInt32BE(content.length, 1)
  return Buffer.concat([head, content])
}

/** The last message of such a stream, which says how it ended; an error has one of Connect's codes. */
export const lastEnvelope = (error?: { code: string; message: string }): Buffer =>
  envelope(Buffer.from(JSON.stringify(error ? { error } : {})), 2)

/**
 * Reads the one message of a request to Start.
 * @throws Refusal for what is none, and for a command that reads input or a terminal
 */
export function readStart(body: Buffer): StartedCommand {
  if (body.length < 5 || body.readUInt8(0) !== 0 || body.readUInt32BE(1) !== body.length - 5)
    throw new Refusal("invalid", "the body is not one uncompressed message of the Connect protocol")
  const command: StartedCommand = { cmd: "", args: [], env: {}, cwd: undefined, user: undefined }
  for (const { number, content, value } of fieldsOf(body.subarray(5))) {
    if (number === 2) throw new Refusal("invalid", "pty: commands have no terminal on this platform")
    if (number === 4 && value === 1) throw new Refusal("invalid", "stdin: commands read no input on this platform")
    if (number !== 1) continue
    for (const part of fieldsOf(content)) {
      const text = part.content.toString("utf8")
      if (part.number === 1) command.cmd = text
      if (part.number === 2) command.args.push(text)
      if (part.number === 4) command.cwd = text
      if (part.number === 5) command.user = text
      if (part.number !== 3) continue
      const [key, value] = [1, 2].map((wanted) =>
        fieldsOf(part.content)
          .find(({ number }) => number === wanted)
          ?.content.toString("utf8"),
      )
      if (key) command.env[key] = value ?? ""
    }
  }
  if (!command.cmd) throw new Refusal("invalid", "command.cmd: the program to run is missing")
  return command
}

/** A program with its arguments as a line for the shell. What is a line for a shell already stays as it is. */
export function shellLine({ cmd, args }: StartedCommand): string {
  if (/^(\/bin\/)?(ba)?sh$/.test(cmd) && args.length === 2 && args[0] === "-c") return args[1] as string
  return [cmd, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ")
}

interface Field {
  number: number
  content: Buffer
  /** Of a field that is a number. */
  value: number
}

/** The fields of a protobuf message: those that are bytes, and whole numbers. @throws Refusal for what is no message */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = []
  for (let at = 0; at < message.length; ) {
    const [key, afterKey] = readVarint(message, at)
    const [value, afterValue] = readVarint(message, afterKey)
    const type = key & 7
    const end = type === 2 ? afterValue + value : afterValue
    if ((type !== 0 && type !== 2) || end > message.length)
      throw new Refusal("invalid", "the body is not a protobuf message that is known here")
    fields.push({ number: key >>> 3, content: type === 2 ? message.subarray(afterValue, end) : Buffer.alloc(0), value })
    at = end
  }
  return fields
}

function readVarint(message: Buffer, from: number): [number, number] {
  let value = 0
  for (let at = from; at < message.length && at < from + 5; at++) {
    const byte = message[at] as number
    value += (byte & 0x7f) * 2 ** (7 * (at - from))
    if (byte < 0x80) return [value, at + 1]
  }
  throw new Refusal("invalid", "the body is not a protobuf message that is known here")
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) | 0x80)
  }
}

const varintField = (number: number, value: number): Buffer => Buffer.concat([varint(number * 8), varint(value)])
const bytesField = (number: number, content: Buffer): Buffer => Buffer.concat([varint(number * 8 + 2), varint(content.length), content])
const event = (kind: number, content: Buffer): Buffer => bytesField(1, bytesField(kind, content))
