/** A stretch of a text, and whether the other text has it in this place, too. */
export interface Stretch {
  text: string
  isShared: boolean
}

/** More words than this, on both sides multiplied, are not compared one by one. */
const cellsMax = 4_000_000

const wordsOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []

/**
 * What two texts have in common, word by word: the longest common subsequence, of words, spaces and single signs, after their common
 * beginning and end. Where that would take too long, the middle is taken as different.
 * @returns each text in stretches, which together are the text
 */
export function wordDiff(left: string, right: string): [Stretch[], Stretch[]] {
  const [a, b] = [wordsOf(left), wordsOf(right)]
  let begin = 0
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) begin++
  let end = 0
  while (end < a.length - begin && end < b.length - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const middle = [a.slice(begin, a.length - end), b.slice(begin, b.length - end)] as const
  const [sharedA, sharedB] = sharedWords(...middle)
  const whole = (words: readonly string[], shared: Uint8Array): Stretch[] =>
    joined(words.map((text, i) => ({ text, isShared: i < begin || i >= words.length - end || shared[i - begin] === 1 })))
  return [whole(a, sharedA), whole(b, sharedB)]
}

/** For each word of both lists, whether it belongs to their longest common subsequence. */
function sharedWords(a: readonly string[], b: readonly string[]): [Uint8Array, Uint8Array] {
  const [sharedA, sharedB] = [new Uint8Array(a.length), new Uint8Array(b.length)]
  if (a.length * b.length > cellsMax) return [sharedA, sharedB]
  const width = b.length + 1
  // lengths[i][j]: of the longest common subsequence of what follows i and j.
  const lengths = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] as number) + 1
          : Math.max(lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number)
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      sharedA[i++] = 1
      sharedB[j++] = 1
    } else if ((lengths[(i + 1) * width + j] as number) >= (lengths[i * width + j + 1] as number)) i++
    else j++
  }
  return [sharedA, sharedB]
}

/** Neighbours of one kind in one stretch. A space between two differences belongs to them. */
function joined(words: readonly Stretch[]): Stretch[] {
  const stretches: Stretch[] = []
  words.forEach(({ text, isShared }, i) => {
    const isBetween = isShared && /^\s+$/.test(text) && words[i - 1]?.isShared === false && words[i + 1]?.isShared === false
    const last = stretches.at(-1)
    if (last && last.isShared === (isShared && !isBetween)) last.text += text
    else stretches.push({ text, isShared: isShared && !isBetween })
  })
  return stretches
}
