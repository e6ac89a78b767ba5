/**
 * Turns tokens into the text of an answer as it grows. Holds back what is not certain yet: half of a character that takes several
 * tokens, and what may be the beginning of a stop sequence.
 */
export class TextStream {
  /** @type {number[]} Tokens that have become text already; only the last few, by which a tokenizer decides about spaces. */
  #before = []
  /** @type {number[]} */
  #pending = []
  #held = ""
  #stopped = false

  /**
   * @param {(tokens: number[], before: number[]) => string} detokenize
   * @param {string[]} stop where one of these begins, the answer ends
   */
  constructor(detokenize, stop) {
    this.detokenize = detokenize
    this.stop = stop.filter(Boolean)
  }

  /** True once a stop sequence has come: there is no more text. */
  get stopped() {
    return this.#stopped
  }

  /** Takes a token. @param {number} token @returns {string} the text that is certain now */
  push(token) {
    this.#pending.push(token)
    const text = this.detokenize(this.#pending, this.#before)
    // A character has four bytes at most; what still makes none of four tokens never will.
    if (text.endsWith("\uFFFD") && this.#pending.length < 4) return ""
    return this.#take(text, false)
  }

  /** @returns {string} what was held back, when no more tokens come */
  end() {
    return this.#stopped ? "" : this.#take(this.#pending.length > 0 ? this.detokenize(this.#pending, this.#before) : "", true)
  }

  /** @param {string} text @param {boolean} isLast */
  #take(text, isLast) {
    this.#before = [...this.#before, ...this.#pending].slice(-8)
    this.#pending = []
    const all = this.#held + text
    const at = Math.min(...this.stop.map((stop) => all.indexOf(stop)).filter((index) => index >= 0))
    if (at < all.length) {
      this.#stopped = true
      return all.slice(0, at)
    }
    const certain = isLast ? all.length : all.length - this.#heldLength(all)
    this.#held = all.slice(certain)
    return all.slice(0, certain)
  }

  /** How much of the end of a text may be the beginning of a stop sequence. @param {string} text */
  #heldLength(text) {
    for (let length = Math.min(text.length, Math.max(0, ...this.stop.map((stop) => stop.length - 1))); length > 0; length--)
      if (this.stop.some((stop) => stop.startsWith(text.slice(-length)))) return length
    return 0
  }
}
