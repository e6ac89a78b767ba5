import { randomBytes, randomInt } from "node:crypto"

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

function randomText(length: number): string {
  let text = ""
  // 252 = 7 · 36: bytes above it would make the first digits more likely.
  while (text.length < length) for (const byte of randomBytes(length)) if (byte < 252 && text.length < length) text += alphabet[byte % 36]
  return text
}

/** The next text of the same length in the order of the alphabet: after `az` comes `b0`. */
function nextText(text: string): string {
  const digits = text.slice(0, -1)
  const next = alphabet[alphabet.indexOf(text.at(-1) as string) + 1]
  return next ? digits + next : `${nextText(digits)}0`
}

/** The digits that mislead the prime CLI, each with the text that follows it in the order of the alphabet. */
const misleading = [
  ["404", "405"],
  ["429", "42a"],
] as const

/** The next moment whose text holds none of the misleading digits: the digits behind them start again at zero. */
function cleanTime(text: string): string {
  for (const [digits, next] of misleading) {
    const at = text.indexOf(digits)
    if (at >= 0) return cleanTime((text.slice(0, at) + next).padEnd(text.length, "0"))
  }
  return text
}

/** A later text that holds none of the misleading digits; what is random stays so. */
function cleanId(text: string): string {
  const [digits, next] = misleading.find(([one]) => text.includes(one)) ?? []
  return digits ? cleanId(text.replace(digits, next)) : text
}

let last = { time: "", random: "" }

/**
 * A new id: 24 lower-case letters and digits, sortable by time (9 of milliseconds, 15 random). Of two ids that one process
 * makes in the same millisecond the later one sorts behind, so that lists which break ties by id keep the order of events.
 * Never holds "404" or "429": the prime CLI looks for these digits in error texts, and ids appear there.
 */
export function newId(now = Date.now()): string {
  const time = cleanTime(now.toString(36).padStart(9, "0"))
  const id = cleanId(time + (time === last.time ? nextText(last.random) : randomText(15)))
  last = { time, random: id.slice(time.length) }
  return id
}

/** A team's id has the form of a CUID (c and 24 characters): the prime CLI refuses any other. */
export const newTeamId = (): string => `c${newId()}`

/** An unguessable token of 40 characters (over 200 bits) behind a prefix that names its kind. */
export const newToken = (prefix: string): string => `${prefix}${randomText(40)}`

/** Prefix of the tokens by which attempts on other machines say which one they are. They identify no user. */
export const attemptTokenPrefix = "hea_"

/** The end of a link that opens without an account: 22 characters, over 110 bits. */
export const newShareToken = (): string => randomText(22)

const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

/** Eight characters for people to compare and type: nothing that looks like something else. */
export const newCode = (): string => Array.from({ length: 8 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join("")
