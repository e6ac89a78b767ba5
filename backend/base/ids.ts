import { randomBytes, randomInt } from "node:crypto"

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

function randomText(length: number): string {
  let text = ""
  // 252 = 7 · 36: bytes above it would make the first digits more likely.
  while (text.length < length) for (const byte of randomBytes(length)) if (byte < 252 && text.length < length) text += alphabet[byte % 36]
  return text
}

/**
 * A new id: 24 lower-case letters and digits, sortable by time (9 of milliseconds, 15 random).
 * Never holds "404" or "429": the prime CLI looks for these digits in error texts, and ids appear there.
 */
export function newId(now = Date.now()): string {
  for (;;) {
    const id = now.toString(36).padStart(9, "0") + randomText(15)
    if (!/404|429/.test(id)) return id
    // The time part itself may hold them for some milliseconds; a millisecond of skew is harmless.
    if (/404|429/.test(now.toString(36))) now++
  }
}

/** A team's id has the form of a CUID (c and 24 characters): the prime CLI refuses any other. */
export const newTeamId = (): string => `c${newId()}`

/** An unguessable token of 40 characters (over 200 bits) behind a prefix that names its kind. */
export const newToken = (prefix: string): string => `${prefix}${randomText(40)}`

/** The end of a link that opens without an account: 22 characters, over 110 bits. */
export const newShareToken = (): string => randomText(22)

const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Eight characters for people to compare and type: nothing that looks like something else. */
export const newCode = (): string => Array.from({ length: 8 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join("")
