import { setTimeout as sleep } from "node:timers/promises"

/**
 * Looks again and again until there is something to see, and returns it; this is how a test waits.
 * @param what ends the sentence "not within 30 s: …", so that a test that waited in vain says for what; may be computed then
 * @param look gives something falsy until it is time to go on
 */
export async function until<T>(
  what: string | (() => string | Promise<string>),
  look: () => T | Promise<T>,
  { seconds = 30, everyMs = 30 }: { seconds?: number; everyMs?: number } = {},
): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(everyMs)) {
    const found = await look()
    if (found) return found as Exclude<T, false | null | undefined | 0 | "">
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${typeof what === "string" ? what : await what()}`)
  }
}
