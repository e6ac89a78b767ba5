import { type JsonObject, limits, type SampleNodeList } from "../../../../contract/index.ts"
import { attachmentNames, withAttachments } from "../../../../contract/samples/attachments.ts"
import { listOf, objectOf, textOf } from "../../../../contract/samples/row-values.ts"
import { streamObject } from "../../../base/json/stream.ts"
import { cleanText } from "../../../base/json.ts"
import { rowOfInspectSample } from "./inspect-rows.ts"
import { type Archive, parsedJson, storableJson, unreadable } from "./open-zip.ts"

/** What is larger than this is not held, neither for the row of a sample nor as one of its nodes. */
const valueBytesMax = 4 * 1024 * 1024
/** Of the messages at the beginning, and again of those at the end. */
const excerptBytesMax = 128 * 1024

const labelCharactersMax = 100

/** How often the messages of a sample in chunks are read, at most. */
const passesMax = 100

/** About as much as the row of such a sample takes. */
export const largeRowBytes = valueBytesMax

/** A message or an event of such a sample, which is stored by itself. */
export interface LargeNode {
  source: string
  list: SampleNodeList | "attachments"
  place: number
  label: string
  bytes: Buffer
}

export type KeepNode = (node: LargeNode) => Promise<void>

/**
 * A sample of an Inspect log that is no single value here: it is larger than one may be, or its messages and events are in chunks.
 * Its files are kept as they are; its row has what lists show, and its messages and events are stored one by one.
 */
export interface LargeSample {
  files: string[]
  row: (keep: KeepNode) => Promise<JsonObject>
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
      found.set(name, { files: [name], row: (keep) => singleRow(archive, name, keep) })
  }
  for (const [prefix, files] of chunked) found.set(files[0] as string, { files, row: (keep) => chunkedRow(archive, prefix, files, keep) })
  return found
}

/** The row of a sample that is one file. */
async function singleRow(archive: Archive, name: string, keep: KeepNode): Promise<JsonObject> {
  const source = name.slice(0, -".json".length)
  const lists = listsOf(source, keep)
  const { head, leftOut } = await readHead(archive, name, lists)
  return rowOf(source, head, lists, leftOut)
}

/** The row of a sample in chunks: its conversation is named by ranges of all messages of the sample. */
async function chunkedRow(archive: Archive, prefix: string, files: string[], keep: KeepNode): Promise<JsonObject> {
  const lists = listsOf(prefix, keep)
  const { head: shell, leftOut } = await readHead(archive, `${prefix}/sample.json`, lists)
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
  for (const ranges of runs) await addItems(archive, chunksOf(files, `${prefix}/messages/`), ranges, lists.messages)
  const all = [{ start: 0, end: Number.POSITIVE_INFINITY }]
  await addItems(archive, chunksOf(files, `${prefix}/events/`), all, lists.events)
  await addItems(archive, chunksOf(files, `${prefix}/attachments/`), all, lists.attachments)
  return rowOf(prefix, head, lists, leftOut)
}

interface Lists {
  messages: Excerpt
  events: NodeList
  attachments: Attachments
}

function listsOf(source: string, keep: KeepNode): Lists {
  const messages = new Excerpt(source, keep)
  return { messages, events: new NodeList(source, "events", keep), attachments: new Attachments(source, keep, messages) }
}

/** The members of a sample that are small, and the names of the others; its messages and events are kept one by one. */
async function readHead(archive: Archive, name: string, lists: Lists): Promise<{ head: JsonObject; leftOut: string[] }> {
  const head: JsonObject = {}
  const leftOut: string[] = []
  await reading(name, async () => {
    for await (const { key, isElement, name: own, bytes } of streamObject(archive.read(name), {
      lists: ["messages", "events"],
      maps: ["attachments"],
      bytesMax: valueBytesMax,
    }))
      if (isElement) await lists[key as keyof Lists].add(bytes, own)
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

/** Adds the items of ascending ranges, chunk by chunk. */
async function addItems(archive: Archive, chunks: Chunk[], ranges: Range[], list: NodeList): Promise<void> {
  let next = 0
  for (const chunk of chunks) {
    if (!ranges.some(({ start, end }) => start < chunk.next && end > chunk.start)) continue
    let at = chunk.start
    await reading(chunk.name, async () => {
      for await (const { bytes } of streamObject(asMember(archive.read(chunk.name)), { lists: ["items"], bytesMax: valueBytesMax })) {
        while (next < ranges.length && (ranges[next] as Range).end <= at) next++
        if (at >= (ranges[next]?.start ?? Number.POSITIVE_INFINITY)) await list.add(bytes)
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

async function* asMember(list: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"items":')
  yield* list
  yield Buffer.from("}")
}

function rowOf(prefix: string, head: JsonObject, { messages: excerpt, events, attachments }: Lists, leftOut: string[]): JsonObject {
  const messages = withAttachments(excerpt.excerpt(), attachments.named) as JsonObject[]
  const row = rowOfInspectSample({ ...head, messages })
  return {
    ...row,
    info: {
      ...objectOf(row.info),
      inspect_files: prefix,
      inspect_messages: excerpt.count,
      inspect_events: events.count,
      ...(leftOut.length > 0 ? { left_out: leftOut } : {}),
    },
  }
}

/** A list of a sample that is stored element by element. */
class NodeList {
  count = 0

  constructor(
    private readonly source: string,
    private readonly list: LargeNode["list"],
    private readonly keep: KeepNode,
  ) {}

  /**
   * @param json null for an element that is too large
   * @param name its own, where it has one
   */
  async add(json: Uint8Array | null, name?: string | null): Promise<Uint8Array> {
    const place = this.count++
    const left = `longer than ${valueBytesMax / 1024 ** 2} MiB, and left out here: the log that run.eval gives back has it`
    const note = `One of the ${this.list} is ${left}.`
    const bytes = json ?? Buffer.from(JSON.stringify(this.list === "attachments" ? note : { role: "note", event: "note", content: note }))
    const { role, event } = objectOf(parsedJson(bytes, `One of the ${this.list} of ${this.source}`))
    const label = this.list === "attachments" ? (name ?? String(place)) : (textOf(this.list === "messages" ? role : event) ?? "")
    await this.keep({
      source: this.source,
      list: this.list,
      place,
      label: cleanText(label.slice(0, labelCharactersMax)),
      bytes: Buffer.from(bytes),
    })
    return bytes
  }
}

/** The messages of a conversation of any length, of which the first and the last ones are in the sample's row, too. */
class Excerpt extends NodeList {
  private readonly first: Uint8Array[] = []
  private readonly last: Uint8Array[] = []
  private firstBytes = 0
  private lastBytes = 0

  constructor(source: string, keep: KeepNode) {
    super(source, "messages", keep)
  }

  override async add(json: Uint8Array | null): Promise<Uint8Array> {
    const bytes = await super.add(json)
    if (this.last.length === 0 && this.firstBytes + bytes.length <= excerptBytesMax) {
      this.first.push(bytes)
      this.firstBytes += bytes.length
      return bytes
    }
    this.last.push(bytes)
    this.lastBytes += bytes.length
    while (this.lastBytes > excerptBytesMax && this.last.length > 1) this.lastBytes -= (this.last.shift() as Uint8Array).length
    return bytes
  }

  excerpt(): unknown[] {
    const left = this.count - this.first.length - this.last.length
    const gap = left > 0 ? [{ role: "note", content: `${left} messages are between these: they are stored one by one.` }] : []
    const parsed = (bytes: Uint8Array) => storableJson(bytes, "A message")
    return [...this.first.map(parsed), ...gap, ...this.last.map(parsed)]
  }
}

/** The long texts that messages and events name. Those that the excerpt of the messages names are held for the row. */
class Attachments extends NodeList {
  readonly named = new Map<string, string>()
  private wanted: ReadonlySet<string> | undefined
  private left = excerptBytesMax

  constructor(
    source: string,
    keep: KeepNode,
    private readonly messages: Excerpt,
  ) {
    super(source, "attachments", keep)
  }

  override async add(json: Uint8Array | null, name?: string | null): Promise<Uint8Array> {
    const own = name ?? String(this.count)
    const bytes = await super.add(json, own)
    this.wanted ??= new Set(attachmentNames(JSON.stringify(this.messages.excerpt())))
    if (this.wanted.has(own) && bytes.length <= this.left) {
      this.named.set(own, String(storableJson(bytes, "An attachment")))
      this.left -= bytes.length
    }
    return bytes
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
