import { hash, verify } from "@node-rs/argon2"

/** Argon2id with the least that OWASP recommends: 19 MiB, two passes, one thread. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What no password has, at the same cost: to check it takes as long as to check a real one. */
const nobodys = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`

/** The hash of a password as it is stored, with its salt and cost. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost)

/** Whether a password is the stored one. Takes as long where there is none, so that nobody learns who has an account. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const isRight = await verify(stored ?? nobodys, password)
  return stored !== undefined && isRight
}
