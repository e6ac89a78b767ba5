/** What stands in the last `\boxed{…}` of a text, with the braces inside it; null where none is or it has no end. */
function boxedIn(text: string): string | null {
  const start = text.lastIndexOf("\\boxed{")
  if (start < 0) return null
  const from = start + "\\boxed{".length
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{") depth++
    if (text[at] === "}" && --depth === 0) return text.slice(from, at)
  }
  return null
}

/** Answers stand at the end, and a text of nothing but tags that never close must not take long. */
const searchedMax = 10_000

/** A tag of any name with nothing but words in it, at the very end: environments name the tag after what they ask for. */
const tagAtEnd = /<([a-z][\w-]*)>([^<>]{1,500})<\/\1>[\s.!]*$/i

/**
 * The answer in a model's last words, as most environments ask for it: what is in the last `<answer>` tag or `\boxed{}`, or in the tag with
 * which they end; else all of them.
 */
export function answerIn(text: string): string {
  const end = text.slice(-searchedMax)
  const tagged = [...end.matchAll(/<answer>([\s\S]*?)<\/answer>/gi)].at(-1)?.[1]
  return (tagged ?? boxedIn(end) ?? tagAtEnd.exec(end)?.[2] ?? text).trim()
}
