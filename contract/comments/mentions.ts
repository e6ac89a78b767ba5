/** A piece of a comment: plain text, or the mention of a username. */
export type CommentPart = { text: string; slug: string | null }

/** Not inside a word or an address: ada@example.org mentions nobody. */
const mention = /(?<![\w@./-])@([a-z0-9-]{3,30})(?![a-z0-9-])/g

/** The usernames that a comment mentions, each once. */
export const mentionedIn = (text: string): string[] => [...new Set([...text.matchAll(mention)].map(([, slug]) => slug as string))]

/** A comment as its pieces, to show where it mentions somebody. */
export function commentParts(text: string): CommentPart[] {
  const parts: CommentPart[] = []
  let at = 0
  for (const { 0: whole, 1: slug, index } of text.matchAll(mention)) {
    if (index > at) parts.push({ text: text.slice(at, index), slug: null })
    parts.push({ text: whole, slug: slug as string })
    at = index + whole.length
  }
  if (at < text.length) parts.push({ text: text.slice(at), slug: null })
  return parts
}
