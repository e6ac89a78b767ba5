import { type JsonObject, limits } from "../../../../contract/index.ts"
import { isObject, listOf, objectOf } from "../../../../contract/samples/row-values.ts"
import { streamObject } from "../../../base/json-stream.ts"
import { rowOfInspectSample } from "./inspect-rows.ts"
import { type Archive, storableJson, unreadable } from "./open-zip.ts"

/** What is larger than this is not held for the row of a sample. */
const valueBytesMax = 4 * 1024 * 1024
/** Of the messages at the beginning, and again of those at the end. */
const excerptBytesMax = 2 * 1024 * 1024

/** How often the messages of a sample in chunks are read, at most. */
const passesMax = 100

/** About as much as the row of such a sample takes. */
export const largeRowBytes = 2 * excerptBytesMax

/**
 * A sample of an Inspect log that is no single value here: it is larger than one may be, or its messages and events are in chunks.
 * Its files are kept as they are; its row has what lists and the page show.
 */
export interface LargeSample {
  files: string[]
  row: () => Promise<JsonObject>
}

/** The samples of a log that are no single value, by the first of their files. */
export function largeSamples(archive: Archive): Map<string, LargeSample> {
  const found = new Map<string, LargeSample>()
  const chunked = new Map<string, string[]>()
  for (const [name, { uncompressedSize }] of archive.entries) {
    const [, prefix] =
      /^(samples\/.*_epoch_\d+)\/(?:sample|metadata|skeleton|(?:messages|events|calls|attachments)\/\w+)\.json$/.exec(name) ?? []
    if (prefix) {
      const files = chunked.get(prefix) ?? []
      files.push(name)
      chunked.set(prefix, files)
    } else if (name.startsWith("samples/") && name.endsWith(".json") && uncompressedSize > limits.sampleBatchBytesMax)
      found.set(name, { files: [name], row: () => singleRow(archive, name) })
  }
  for (const [prefix, files] of chunked) found.set(files[0] as string, { files, row: () => chunkedRow(archive, prefix, files) })
  return found
}

/** The row of a sample that is one file. */
async function singleRow(archive: Archive, name: string): Promise<JsonObject> {
  const excerpt = new Excerpt()
  const { head, leftOut } = await readHead(archive, name, excerpt)
  return rowOf(name.slice(0, -".json".length), head, excerpt, leftOut)
}

/** The row of a sample in chunks: its conversation is named by ranges of all messages of the sample. */
async function chunkedRow(archive: Archive, prefix: string, files: string[]): Promise<JsonObject> {
  const excerpt = new Excerpt()
  const { head: shell, leftOut } = await readHead(archive, `${prefix}/sample.json`, excerpt)
  const { message_refs: refs, ...head } = shell
  const metadata = `${prefix}/metadata.json`
  const metadataBytes = archive.entries.get(metadata)?.uncompressedSize ?? null
  if (metadataBytes !== null && metadataBytes > valueBytesMax) leftOut.push("metadata")
  else if (metadataBytes !== null) head.metadata = await archive.readJson(metadata)
  const runs = ascending(
    listOf(refs)
      .map(listOf)
      .map(([start, end]) => ({ start: Number(start), end: Number(end) })),
  )
  if (runs.length > passesMax)
    throw unreadable(`${prefix}/sample.json names its messages in an order that takes more than ${passesMax} passes`)
  for (const ranges of runs) await addMessages(archive, chunksOf(files, `${prefix}/messages/`), ranges, excerpt)
  const attachments = await attachmentsIn(archive, chunksOf(files, `${prefix}/attachments/`), excerpt.messages())
  return rowOf(prefix, head, excerpt, leftOut, attachments)
}

/** The members of a sample that are small, and the names of the others; its messages go to the excerpt. */
async function readHead(archive: Archive, name: string, excerpt: Excerpt): Promise<{ head: JsonObject; leftOut: string[] }> {
  const head: JsonObject = {}
  const leftOut: string[] = []
  await reading(name, async () => {
    for await (const { key, isElement, bytes } of streamObject(archive.read(name), { lists: ["messages"], bytesMax: valueBytesMax }))
      if (isElement) excerpt.add(bytes)
      else if (bytes === null) leftOut.push(key)
      else head[key] = storableJson(bytes, `${key} of ${name}`)
  })
  return { head, leftOut }
}

interface Range {
  start: number
  /** Behind the last one. */
  end: number
}

/** Ranges in groups, each of which is met on one way through all messages. */
function ascending(ranges: Range[]): Range[][] {
  const runs: Range[][] = []
  for (const range of ranges) {
    const run = runs.at(-1)
    if (run && range.start >= (run.at(-1)?.end ?? 0)) run.push(range)
    else runs.push([range])
  }
  return runs
}

/** Adds the messages of ascending ranges, chunk by chunk. */
async function addMessages(archive: Archive, chunks: Chunk[], ranges: Range[], excerpt: Excerpt): Promise<void> {
  let next = 0
  for (const chunk of chunks) {
    if (!ranges.some(({ start, end }) => start < chunk.next && end > chunk.start)) continue
    let at = chunk.start
    await reading(chunk.name, async () => {
      for await (const { bytes } of streamObject(asMember(archive.read(chunk.name)), { lists: ["items"], bytesMax: valueBytesMax })) {
        while (next < ranges.length && (ranges[next] as Range).end <= at) next++
        if (at >= (ranges[next]?.start ?? Number.POSITIVE_INFINITY)) excerpt.add(bytes)
        at++
      }
    })
  }
}

interface Chunk {
  name: string
  start: number
  /** Where the next one starts. */
  next: number
}

/** Chunks are named by the index of their first item. */
function chunksOf(files: string[], folder: string): Chunk[] {
  const starts = files
    .flatMap((name) => (name.startsWith(folder) ? Number(name.slice(folder.length, -".json".length)) : []))
    .filter(Number.isInteger)
    .sort((a, b) => a - b)
  return starts.map((start, i) => ({ name: `${folder}${start}.json`, start, next: starts[i + 1] ?? Number.POSITIVE_INFINITY }))
}

const reference = /attachment:\/\/(\d+)/g

/** The texts that messages name as attachments, by their indexes; those that are too long are left as they are named. */
async function attachmentsIn(archive: Archive, chunks: Chunk[], messages: unknown[]): Promise<Map<number, string>> {
  const wanted = new Set([...JSON.stringify(messages).matchAll(reference)].map(([, index]) => Number(index)))
  const found = new Map<number, string>()
  if (wanted.size === 0) return found
  let left = largeRowBytes
  for (const chunk of chunks) {
    if (![...wanted].some((index) => index >= chunk.start && index < chunk.next)) continue
    let at = chunk.start
    await reading(chunk.name, async () => {
      for await (const { bytes } of streamObject(asMember(archive.read(chunk.name)), { lists: ["items"], bytesMax: valueBytesMax })) {
        if (wanted.has(at) && bytes && bytes.length <= left) {
          found.set(at, String(storableJson(bytes, chunk.name)))
          left -= bytes.length
        }
        at++
      }
    })
  }
  return found
}

async function* asMember(list: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"items":')
  yield* list
  yield Buffer.from("}")
}

function rowOf(prefix: string, head: JsonObject, excerpt: Excerpt, leftOut: string[], attachments = new Map<number, string>()): JsonObject {
  const messages = withAttachments(excerpt.messages(), attachments) as JsonObject[]
  const row = rowOfInspectSample({ ...head, messages })
  return {
    ...row,
    info: {
      ...objectOf(row.info),
      inspect_files: prefix,
      inspect_messages: excerpt.count,
      ...(leftOut.length > 0 ? { left_out: leftOut } : {}),
    },
  }
}

function withAttachments(value: unknown, attachments: ReadonlyMap<number, string>): unknown {
  if (typeof value === "string")
    return value.includes("attachment://") ? value.replace(reference, (name, index) => attachments.get(Number(index)) ?? name) : value
  if (Array.isArray(value)) return value.map((one) => withAttachments(one, attachments))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withAttachments(one, attachments)]))
}

/** The first and the last messages of a conversation of any length. */
class Excerpt {
  count = 0
  private readonly first: Uint8Array[] = []
  private readonly last: Uint8Array[] = []
  private firstBytes = 0
  private lastBytes = 0

  /** @param message null for one that is too large */
  add(message: Uint8Array | null): void {
    this.count++
    const bytes =
      message ??
      Buffer.from(`{"role": "note", "content": "A message that is longer than ${valueBytesMax / 1024 ** 2} MiB is left out here"}`)
    if (this.last.length === 0 && this.firstBytes + bytes.length <= excerptBytesMax) {
      this.first.push(bytes)
      this.firstBytes += bytes.length
      return
    }
    this.last.push(bytes)
    this.lastBytes += bytes.length
    while (this.lastBytes > excerptBytesMax && this.last.length > 1) this.lastBytes -= (this.last.shift() as Uint8Array).length
  }

  messages(): unknown[] {
    const left = this.count - this.first.length - this.last.length
    const gap =
      left > 0 ? [{ role: "note", content: `${left} messages are left out here: the log that run.eval gives back has all of them.` }] : []
    const parsed = (bytes: Uint8Array) => storableJson(bytes, "A message")
    return [...this.first.map(parsed), ...gap, ...this.last.map(parsed)]
  }
}

async function reading(name: string, read: () => Promise<void>): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw unreadable(`${name} is not JSON: ${error.message}`)
  }
}
