/**
 * Counts how often a key was seen within the window before now. It lets the rollouts of one example differ, while a run repeated
 * under another token, or later, gets the same replies. The oldest keys are dropped beyond `maxKeys`.
 */
export function createOccurrenceCounter(now: () => number, windowMs = 15_000, maxKeys = 10_000): (key: string) => number {
  const seen = new Map<string, number[]>()
  return (key) => {
    const recent = (seen.get(key) ?? []).filter((time) => time > now() - windowMs)
    // Deleting first moves the key to the end, so the first key is always the one unused for longest.
    seen.delete(key)
    seen.set(key, [...recent, now()])
    const [oldest = key] = seen.keys()
    if (seen.size > maxKeys) seen.delete(oldest)
    return recent.length
  }
}
