import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto"

/** Encrypts with AES-256-GCM: version byte, 12-byte nonce, 16-byte tag, ciphertext. `context` must be given again to decrypt. */
export function encrypt(key: Buffer, text: string, context: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()])
  return Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), sealed])
}

/** @throws Error when the key, the context or a byte is wrong */
export function decrypt(key: Buffer, sealed: Buffer, context: string): string {
  if (sealed[0] !== 1) throw new Error("The stored secret has an unknown format")
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, 13))
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(13, 29))
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]).toString("utf8")
}

/** Context for `encrypt`: one-off secrets only open for the run they were given to. */
export const runSecretsContext = (evaluationId: string): string => `run-secrets:${evaluationId}`

/** Hash of a token for storage. Tokens have over 200 random bits, so no salt and no slow hash are needed. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex")

/** Signs a small JSON object so that it can travel in an address. */
export function signClaims(key: Buffer, claims: Record<string, unknown>): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url")
  return `${payload}.${createHmac("sha256", key).update(`claims:${payload}`).digest("base64url")}`
}

/** The object behind a signed text; null when the signature is wrong. */
export function readClaims(key: Buffer, signed: string): Record<string, unknown> | null {
  const [payload = "", signature = ""] = signed.split(".")
  const expected = createHmac("sha256", key).update(`claims:${payload}`).digest()
  const given = Buffer.from(signature, "base64url")
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"))
}
