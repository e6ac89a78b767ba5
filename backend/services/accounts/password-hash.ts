import { hash, verify } from "@node-rs/argon2"
import { invalid } from "../../base/errors.ts"
import { isCommon } from "./common-passwords.ts"

/** Argon2id with the least that OWASP recommends: 19 MiB, two passes, one thread. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What no password has, at the same cost: to check it takes as long as to check a real one. */
const nobodys = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`

/** The hash of a password as it is stored, with its salt and cost. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost)

/** Fewer are a pattern such as 121212121212. */
const differentMin = 5

/**
 * The hash of a password that a person chooses.
 * @throws ServiceError for one that whoever guesses tries first: a common one, a few characters again and again, or the person's own address
 */
export async function hashNewPassword(password: string, email: string): Promise<string> {
  if (isCommon(password)) throw invalid(["password"], "is one of the most used passwords, which are tried first: choose words of your own")
  if (new Set(password).size < differentMin) throw invalid(["password"], `must have at least ${differentMin} different characters`)
  if (password.toLowerCase().includes(email.toLowerCase())) throw invalid(["password"], "must not hold your e-mail address")
  return hashPassword(password)
}

/** Whether a password is the stored one. Takes as long where there is none, so that nobody learns who has an account. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const isRight = await verify(stored ?? nobodys, password)
  return stored !== undefined && isRight
}
