import { limits } from "../../contract/limits.ts"
import { cutText } from "../../contract/text/cut-text.ts"
import { decrypt, encrypt, hashToken, letterContext } from "../base/crypto.ts"
import { newToken } from "../base/ids.ts"
import { findWaiting } from "../store/accounts/invitations.ts"
import { findPasswordReset, putPasswordReset } from "../store/accounts/password-resets.ts"
import { findUserByEmail } from "../store/accounts/people.ts"
import type { Db } from "../store/db.ts"
import { queueLetter } from "../store/outbox/letters.ts"
import type { MessageRecord } from "../store/outbox/messages.ts"
import type { OutboxServices, Outcome } from "./channels/channel.ts"
import { sendMail } from "./channels/email.ts"

const hourMs = 3_600_000
/** People call themselves and their teams as they like, and mails go to people whom they do not know. */
const nameCharactersMax = 80

/** Where the pages are that links open, below the platform's address. */
const invitationPath = (token: string) => `/login/join/${token}`
const passwordPath = (token: string) => `/login/reset/${token}`

/** The address of the page on which an invitation is accepted. */
export const invitationUrl = (publicUrl: string, token: string): string => new URL(invitationPath(token), publicUrl).href

/** A link with which a person chooses a new password, once. The person's link before this one ends. */
export async function makePasswordLink(
  db: Db,
  publicUrl: string,
  userId: string,
): Promise<{ token: string; url: string; expiresAt: Date }> {
  const token = newToken("")
  const expiresAt = new Date(Date.now() + limits.passwordResetHours * hourMs)
  await putPasswordReset(db, { userId, tokenHash: hashToken(token), expiresAt })
  return { token, url: new URL(passwordPath(token), publicUrl).href, expiresAt }
}

/** What a letter holds. Without a token somebody has forgotten a password, and the link is made as the letter is sent. */
interface Letter {
  address: string
  token: string | null
  /** What of an account was changed, where the letter says no more than that. */
  change?: AccountChange
}

/** What somebody signs in with. */
export type AccountChange = "password" | "email" | "passkey" | "identity"

const queue = (tx: Db, secretKey: Buffer, about: Parameters<typeof queueLetter>[1], letter: Letter): Promise<void> =>
  queueLetter(tx, about, (id) => encrypt(secretKey, JSON.stringify(letter), letterContext(id)))

/** What the letter of an invitation is found by. */
export const invitationCause = (id: string): string => `invitation:${id}`

/** Queues the mail with the link of an invitation, in the transaction that stores it. */
export const writeInvitation = (tx: Db, secretKey: Buffer, id: string, letter: { address: string; token: string }): Promise<void> =>
  queue(tx, secretKey, { cause: invitationCause(id), type: "account.invited" }, letter)

/**
 * Queues the mail with a link for a new password.
 * @param letter without a token to whoever has an account with the address: whether anybody has is asked when it is sent
 */
export const writePasswordLink = (tx: Db, secretKey: Buffer, letter: Letter): Promise<void> =>
  queue(tx, secretKey, { cause: `password:${newToken("")}`, type: "account.password" }, letter)

/**
 * Queues the mail that says what was changed of an account, so that its person learns of it when somebody else did it.
 * @param address where the person was reached until then
 */
export const writeAccountChange = (tx: Db, secretKey: Buffer, letter: { address: string; change: AccountChange }): Promise<void> =>
  queue(tx, secretKey, { cause: `account:${newToken("")}`, type: "account.changed" }, { ...letter, token: null })

/** Sends a letter once. @returns what came of it; null where its link opens nothing any more, or nobody has the address */
export async function sendLetter({ config, db }: OutboxServices, message: MessageRecord, signal: AbortSignal): Promise<Outcome | null> {
  if (!message.sealedLetter) return null
  const letter = JSON.parse(decrypt(config.secretKey, message.sealedLetter, letterContext(message.id))) as Letter
  const words = await wordsOf(db, config.publicUrl, message, letter)
  return (
    words &&
    sendMail(config, { address: letter.address, id: message.id, ...words, url: new URL(words.path, config.publicUrl).href }, signal)
  )
}

function wordsOf(db: Db, publicUrl: string, { type }: MessageRecord, letter: Letter): Promise<LetterWords | null> | LetterWords {
  if (letter.change) return changeWords(letter.change)
  return type === "account.invited" ? invitationWords(db, letter) : passwordWords(db, publicUrl, letter)
}

interface LetterWords {
  title: string
  lines: string[]
  path: string
  why: string
}

async function invitationWords(db: Db, { token }: Letter): Promise<LetterWords | null> {
  const found = token === null ? undefined : await findWaiting(db, hashToken(token))
  if (!found || token === null) return null
  const { invitation } = found
  const inviter = cutText(found.inviter, nameCharactersMax)
  const teamName = found.teamName && cutText(found.teamName, nameCharactersMax)
  return {
    title: !teamName ? `${inviter} invites you to Hosted Evals` : `${inviter} invites you to ${teamName} on Hosted Evals`,
    lines: [
      ...(!teamName ? [] : [`You join the team as ${invitation.role}.`]),
      `The link works once, until ${invitation.expiresAt.toUTCString()}. Whoever has it can use it.`,
    ],
    path: invitationPath(token),
    why: "If you do not know who invites you, leave it: nothing else will be sent.",
  }
}

async function passwordWords(db: Db, publicUrl: string, { address, token }: Letter): Promise<LetterWords | null> {
  const link = token === null ? await linkFor(db, publicUrl, address) : (await findPasswordReset(db, hashToken(token))) && token
  if (!link) return null
  return {
    title: "Choose a new password for Hosted Evals",
    lines: [
      `The link works once, within ${limits.passwordResetHours} hours. It ends all sessions of the account. Until then your present password works.`,
    ],
    path: passwordPath(link),
    why: "If you did not ask for this, leave it: nothing has changed.",
  }
}

function changeWords(change: AccountChange): LetterWords {
  const { title, line } = {
    password: { title: "Your password was changed", line: "All other sessions of the account have ended." },
    email: {
      title: "Your e-mail address was changed",
      line: "You sign in with the new address from now on. This is the last mail to the old one.",
    },
    passkey: { title: "A passkey was added to your account", line: "Whoever has it can sign in as you." },
    identity: {
      title: "A way to sign in was added to your account",
      line: "It is an account of yours with another provider, such as GitHub.",
    },
  }[change]
  return {
    title: `${title} on Hosted Evals`,
    lines: [line],
    path: "/dashboard/settings",
    why: "If you did not do this, ask an admin of the platform to end your sessions, and choose a new password.",
  }
}

/** A new link for whoever has an account with an address, and may use it. */
async function linkFor(db: Db, publicUrl: string, address: string): Promise<string | null> {
  const user = await findUserByEmail(db, address)
  return user && user.switchedOffAt === null ? (await makePasswordLink(db, publicUrl, user.id)).token : null
}
