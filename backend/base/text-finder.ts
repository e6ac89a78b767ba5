/** A text that was found: which of those looked for, and where. */
export interface Found {
  name: string
  from: number
  to: number
  /** Of the longest text there, which gave the name. */
  length: number
}

const noState = -1

/** How many characters of a text are looked up at once, to pass over what cannot begin one of those looked for. */
const blockLength = 3
const headLengthMax = 16
const blocksMax = 0x10000

/**
 * Finds where texts may begin without looking at most characters: how far their first characters are from each block of three says how far one may go on (Wu and
 * Manber, "A fast algorithm for multi-pattern searching", 1994).
 */
class HeadFinder {
  readonly #length: number
  readonly #heads: Set<string>
  /** By block, how far beyond it a head may end at the earliest. */
  readonly #shifts: Uint8Array

  /** @param texts none of them shorter than a block */
  constructor(texts: readonly string[]) {
    this.#length = texts.reduce((least, { length }) => Math.min(least, length), headLengthMax)
    this.#heads = new Set(texts.map((text) => text.slice(0, this.#length)))
    const wanted = 8 * this.#heads.size * this.#length
    this.#shifts = new Uint8Array(Math.min(blocksMax, 2 ** Math.ceil(Math.log2(wanted)))).fill(this.#length - blockLength + 1)
    for (const head of this.#heads)
      for (let last = blockLength - 1; last < this.#length; last++) {
        const block = this.#blockAt(head, last)
        this.#shifts[block] = Math.min(this.#shifts[block] as number, this.#length - 1 - last)
      }
  }

  /** Where the first text may begin; -1 where none does. */
  first(text: string): number {
    for (let last = this.#length - 1; last < text.length; ) {
      const shift = this.#shifts[this.#blockAt(text, last)] as number
      if (shift === 0 && this.#heads.has(text.slice(last + 1 - this.#length, last + 1))) return last + 1 - this.#length
      last += shift || 1
    }
    return -1
  }

  #blockAt(text: string, last: number): number {
    const code = text.charCodeAt(last - 2) * 961 + text.charCodeAt(last - 1) * 31 + text.charCodeAt(last)
    return code & (this.#shifts.length - 1)
  }
}

/**
 * Finds many texts at once, in a time that grows with the text alone: the automaton of Aho and Corasick ("Efficient string matching",
 * 1975), whose states are all beginnings of the texts.
 */
export class TextFinder {
  /** The next state by state and character, in one map. */
  #next = new Map<number, number>()
  /** The state of the longest ending of a state that is itself a beginning. */
  #fallback: number[] = [0]
  /** The longest text that ends in a state, itself or by its endings. */
  #name: (string | null)[] = [null]
  #length: number[] = [0]
  /** Null where one of the texts is shorter than a block. */
  #heads: HeadFinder | null

  /** @param names the name of each text to find */
  constructor(names: ReadonlyMap<string, string>) {
    const states: { parent: number; code: number }[] = [{ parent: 0, code: 0 }]
    for (const [text, name] of names) {
      let state = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        let next = this.#step(state, code)
        if (next === noState) {
          next = states.push({ parent: state, code }) - 1
          this.#next.set(keyOf(state, code), next)
          this.#name.push(null)
          this.#length.push(0)
        }
        state = next
      }
      this.#name[state] = name
      this.#length[state] = text.length
    }
    this.#link(states)
    const texts = [...names.keys()]
    this.#heads = texts.every(({ length }) => length >= blockLength) ? new HeadFinder(texts) : null
  }

  /** Where the texts are, in their order; what overlaps is one place, with the name of the longest text in it. */
  find(text: string): Found[] {
    const found: Found[] = []
    const begin = this.#heads === null ? 0 : this.#heads.first(text)
    if (begin < 0) return found
    let state = 0
    for (let i = begin; i < text.length; i++) {
      state = this.#after(state, text.charCodeAt(i))
      const name = this.#name[state]
      if (name === null || name === undefined) continue
      const length = this.#length[state] as number
      let place: Found = { name, from: i + 1 - length, to: i + 1, length }
      for (let last = found.at(-1); last && last.to > place.from; last = found.at(-1)) {
        found.pop()
        const named = last.length > place.length ? last : place
        place = { ...named, from: Math.min(last.from, place.from), to: place.to }
      }
      found.push(place)
    }
    return found
  }

  #step(state: number, code: number): number {
    return this.#next.get(keyOf(state, code)) ?? noState
  }

  #after(from: number, code: number): number {
    for (let state = from; ; state = this.#fallback[state] as number) {
      const next = this.#step(state, code)
      if (next !== noState) return next
      if (state === 0) return 0
    }
  }

  /** A fallback is shorter than its state, so the states are linked in the order of their depth. */
  #link(states: { parent: number; code: number }[]): void {
    const depth = [0]
    for (let state = 1; state < states.length; state++) depth.push((depth[(states[state] as { parent: number }).parent] as number) + 1)
    const byDepth = depth.map((_, state) => state).sort((a, b) => (depth[a] as number) - (depth[b] as number))
    for (const state of byDepth) {
      if (state === 0) continue
      const { parent, code } = states[state] as { parent: number; code: number }
      const fallback = parent === 0 ? 0 : this.#after(this.#fallback[parent] as number, code)
      this.#fallback[state] = fallback
      if (this.#name[state] === null) {
        this.#name[state] = this.#name[fallback] as string | null
        this.#length[state] = this.#length[fallback] as number
      }
    }
  }
}

const keyOf = (state: number, code: number): number => state * 0x10000 + code
