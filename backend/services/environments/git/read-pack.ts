import { createHash } from "node:crypto"
import { setImmediate } from "node:timers/promises"
import { inflateSync } from "node:zlib"

/** What a pack may hold; `bytesMax` counts what its objects are once inflated. */
export interface PackLimits {
  objectsMax: number
  bytesMax: number
}

export interface GitObject {
  type: "commit" | "tree" | "blob" | "tag"
  bytes: Uint8Array
}

/** A pack that breaks its format (gitformat-pack), or holds more than is taken. */
export class PackProblem extends Error {}

const types = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" } as const
const [offsetDelta, refDelta] = [6, 7]
/** Objects that are read before others get their turn. */
const turn = 200

/**
 * Reads a pack (version 2) into its objects by their ids. Nothing is inflated beyond the size that its header says, and none of that beyond
 * the limits: a small pack may claim to hold anything.
 * @throws PackProblem
 */
export async function readPack(pack: Buffer, { objectsMax, bytesMax }: PackLimits): Promise<Map<string, GitObject>> {
  if (pack.length < 32 || pack.toString("latin1", 0, 4) !== "PACK" || pack.readUInt32BE(4) !== 2)
    throw new PackProblem("What came is no pack of git")
  const end = pack.length - 20
  if (!createHash("sha1").update(pack.subarray(0, end)).digest().equals(pack.subarray(end)))
    throw new PackProblem("The pack did not come whole")
  const count = pack.readUInt32BE(8)
  if (count > objectsMax)
    throw new PackProblem(`It has ${count.toLocaleString("en")} files and folders, more than ${objectsMax.toLocaleString("en")}`)
  const byId = new Map<string, GitObject>()
  const byOffset = new Map<number, GitObject>()
  let total = 0
  const taken = (size: number) => {
    total += size
    if (total > bytesMax) throw new PackProblem(`It is larger than ${bytesMax / 1024 ** 2} MB`)
  }
  let at = 12
  const byte = (): number => {
    if (at >= end) throw new PackProblem("The pack ends too early")
    return pack[at++] as number
  }
  for (let i = 0; i < count; i++) {
    if (i % turn === turn - 1) await setImmediate()
    const start = at
    let one = byte()
    const kind = (one >> 4) & 7
    let size = one & 15
    for (let shift = 4; one & 128; shift += 7) {
      one = byte()
      size += (one & 127) * 2 ** shift
    }
    let base: GitObject | undefined
    if (kind === offsetDelta) {
      one = byte()
      let back = one & 127
      while (one & 128) {
        one = byte()
        back = (back + 1) * 128 + (one & 127)
      }
      base = byOffset.get(start - back)
    } else if (kind === refDelta) {
      base = byId.get(pack.toString("hex", at, at + 20))
      at += 20
    }
    taken(size)
    const inflated = inflate(pack.subarray(at, end), size)
    at += inflated.packed
    let object: GitObject
    if (kind === offsetDelta || kind === refDelta) {
      if (!base) throw new PackProblem("The pack builds on what it does not hold")
      object = { type: base.type, bytes: applyDelta(base.bytes, inflated.bytes, taken) }
    } else {
      const type = types[kind as keyof typeof types]
      if (!type) throw new PackProblem(`The pack holds something unknown (${kind})`)
      object = { type, bytes: inflated.bytes }
    }
    byOffset.set(start, object)
    byId.set(createHash("sha1").update(`${object.type} ${object.bytes.length}\0`).update(object.bytes).digest("hex"), object)
  }
  return byId
}

/** Inflates one object. @returns how many bytes of the pack it took, too */
function inflate(packed: Buffer, size: number): { bytes: Uint8Array; packed: number } {
  let result: { buffer: Buffer; engine: { bytesWritten: number } }
  try {
    result = inflateSync(packed, { info: true, maxOutputLength: Math.max(1, size) }) as unknown as typeof result
  } catch {
    throw new PackProblem("An object of the pack is broken, or larger than it says")
  }
  if (result.buffer.length !== size) throw new PackProblem("An object of the pack is not as large as it says")
  return { bytes: result.buffer, packed: result.engine.bytesWritten }
}

/** Makes an object of another one by what is copied from it and what is new. */
function applyDelta(base: Uint8Array, delta: Uint8Array, taken: (size: number) => void): Uint8Array {
  let at = 0
  const byte = (): number => {
    if (at >= delta.length) throw new PackProblem("A delta of the pack ends too early")
    return delta[at++] as number
  }
  const length = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const one = byte()
      value += (one & 127) * 2 ** shift
      if (!(one & 128)) return value
    }
  }
  if (length() !== base.length) throw new PackProblem("A delta of the pack is for another object")
  const size = length()
  taken(size)
  const result = new Uint8Array(size)
  let done = 0
  const add = (bytes: Uint8Array) => {
    if (done + bytes.length > size) throw new PackProblem("A delta of the pack makes more than it says")
    result.set(bytes, done)
    done += bytes.length
  }
  while (at < delta.length) {
    const command = byte()
    if (command & 128) {
      let [offset, count] = [0, 0]
      for (let i = 0; i < 4; i++) if (command & (1 << i)) offset += byte() * 2 ** (8 * i)
      for (let i = 0; i < 3; i++) if (command & (16 << i)) count += byte() * 2 ** (8 * i)
      if (count === 0) count = 0x10000
      if (offset + count > base.length) throw new PackProblem("A delta of the pack copies what is not there")
      add(base.subarray(offset, offset + count))
    } else if (command > 0) {
      if (at + command > delta.length) throw new PackProblem("A delta of the pack ends too early")
      add(delta.subarray(at, at + command))
      at += command
    } else throw new PackProblem("A delta of the pack is broken")
  }
  if (done !== size) throw new PackProblem("A delta of the pack makes less than it says")
  return result
}
