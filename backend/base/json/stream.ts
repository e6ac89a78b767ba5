/** A member of an object, or an element of one of its members. `bytes` is its JSON, null where that is larger than it may be. */
export interface StreamedValue {
  key: string
  isElement: boolean
  /** The element's own key, where the member is an object. */
  name: string | null
  bytes: Uint8Array | null
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
const isOpening = (code: number): boolean => code === 0x7b || code === 0x5b
const isClosing = (code: number): boolean => code === 0x7d || code === 0x5d

/**
 * Reads an object of any size value by value.
 * @param lists members whose elements come one by one, when they are lists
 * @param maps the same for members that are objects
 * @param bytesMax what is larger is passed over, and never held
 * @throws SyntaxError where it is no object, or ends too early; the values themselves are not checked
 */
export async function* streamObject(
  json: AsyncIterable<Uint8Array>,
  { lists, maps = [], bytesMax }: { lists: readonly string[]; maps?: readonly string[]; bytesMax: number },
): AsyncGenerator<StreamedValue> {
  const reader = new ObjectReader(lists, maps, bytesMax)
  for await (const piece of json) {
    reader.read(piece)
    yield* reader.found.splice(0)
  }
  if (!reader.isDone) throw new SyntaxError("The JSON ends too early")
}

class ObjectReader {
  readonly found: StreamedValue[] = []
  isDone = false
  private depth = 0
  private inString = false
  private isEscaped = false
  /** Within a member whose elements come one by one. */
  private inside: "list" | "map" | null = null
  /** The member that is being read; null before its colon. */
  private key: string | null = null
  /** The same of an element of a map. */
  private name: string | null = null
  /** Pieces of the value that is being read. */
  private held: Uint8Array[] = []
  private heldBytes = 0
  private isHolding = false

  constructor(
    private readonly lists: readonly string[],
    private readonly maps: readonly string[],
    private readonly bytesMax: number,
  ) {}

  read(piece: Uint8Array): void {
    let start = 0
    let nextEscape = -1
    const begin = (at: number) => {
      this.isHolding = true
      start = at
    }
    const end = (at: number): Uint8Array | null => {
      this.hold(piece.subarray(start, at))
      const bytes = this.heldBytes > this.bytesMax ? null : Buffer.concat(this.held)
      this.held = []
      this.heldBytes = 0
      this.isHolding = false
      return bytes
    }
    for (let at = 0; at < piece.length; at++) {
      const code = piece[at] as number
      if (this.inString) {
        if (this.isEscaped) this.isEscaped = false
        else {
          // Nearly all of a large document is within strings: what ends one is looked for by the runtime's own search.
          if (nextEscape < at) nextEscape = placeOf(piece, backslash, at)
          const last = placeOf(piece, quote, at)
          this.isEscaped = nextEscape < last
          at = Math.min(nextEscape, last)
          this.inString = this.isEscaped || last === piece.length
        }
        continue
      }
      if (isBlank(code)) continue
      if (this.isDone) throw new SyntaxError("Something follows the JSON")
      if (this.depth === 0) {
        if (code !== 0x7b) throw new SyntaxError("The JSON is no object")
        this.depth = 1
        continue
      }
      const isOutside = this.depth === (this.inside ? 2 : 1)
      if (isOutside && (code === comma || isClosing(code))) {
        if (this.isHolding) this.emit(end(at))
        this.name = null
        if (!this.inside) this.key = null
        if (isClosing(code)) this.close()
      } else if (isOutside && code === colon && this.key === null) this.key = keyOf(end(at))
      else if (isOutside && code === colon && this.inside === "map" && this.name === null) this.name = keyOf(end(at))
      else if (isOutside && this.opens(code)) {
        this.inside = code === 0x5b ? "list" : "map"
        this.depth++
      } else {
        if (isOutside && !this.isHolding) begin(at)
        if (code === quote) this.inString = true
        else if (isOpening(code)) this.depth++
        else if (isClosing(code)) this.depth--
      }
    }
    if (this.isHolding) this.hold(piece.subarray(start))
  }

  /** Whether a bracket begins a member whose elements come one by one. */
  private opens(code: number): boolean {
    if (this.inside || this.key === null || !isOpening(code)) return false
    return (code === 0x5b ? this.lists : this.maps).includes(this.key)
  }

  private close(): void {
    this.depth--
    this.inside = null
    this.isDone = this.depth === 0
  }

  private emit(bytes: Uint8Array | null): void {
    if (this.key === null || (this.inside === "map" && this.name === null)) throw new SyntaxError("A colon is missing after a key")
    this.found.push({ key: this.key, isElement: this.inside !== null, name: this.name, bytes })
  }

  private hold(bytes: Uint8Array): void {
    this.heldBytes += bytes.length
    if (this.heldBytes <= this.bytesMax) this.held.push(bytes)
    else this.held = []
  }
}

/** Where a byte is next; behind the piece where it is not in it. */
function placeOf(piece: Uint8Array, code: number, from: number): number {
  const at = piece.indexOf(code, from)
  return at < 0 ? piece.length : at
}

function keyOf(bytes: Uint8Array | null): string {
  const key: unknown = bytes && JSON.parse(Buffer.from(bytes).toString("utf8"))
  if (typeof key !== "string") throw new SyntaxError("A key is missing")
  return key
}
