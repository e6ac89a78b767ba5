import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  timingSafeEqual,
} from "node:crypto"

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

/** Context for `encrypt`: what an attempt of this run was given. */
export const attemptSecretsContext = (evaluationId: string): string => `attempt-secrets:${evaluationId}`

/** Context for `encrypt`: what an attempt on another machine is to start, and with what. */
export const attemptOrderContext = (attemptId: string): string => `attempt-order:${attemptId}`

/** Context for `encrypt`: lines that an attempt on another machine wrote; they may hold what it was given in secret. */
export const spooledContext = (place: string): string => `spooled:${place}`

/** Context for `encrypt`: secret variables of a sandbox, until it is started with them. */
export const sandboxSecretsContext = (sandboxId: string): string => `sandbox-secrets:${sandboxId}`

/** Context for `encrypt`: the address of a link that shares a run. */
export const shareContext = (shareId: string): string => `share:${shareId}`

/** Context for `encrypt`: a global secret only opens in its own row, so that rows cannot be swapped. */
export const secretContext = (secretId: string): string => `secret:${secretId}`

/** Context for `encrypt`: the same for an environment's own secret. */
export const environmentSecretContext = (secretId: string): string => `environment-secret:${secretId}`

/** Context for `encrypt`: the key of a provider of models. */
export const providerKeyContext = (providerId: string): string => `provider-key:${providerId}`

/** Context for `encrypt`: where a person is told things, and with which keys. */
export const channelContext = (channelId: string): string => `notification-channel:${channelId}`

/** Context for `encrypt`: to whom a letter goes, and the link in it. */
export const letterContext = (messageId: string): string => `letter:${messageId}`

/** Context for `encrypt`: the private half of a key that the platform made for itself. */
export const platformKeyContext = (name: string): string => `platform-key:${name}`

/** Whether a PEM text is an RSA public key that a small secret can be sealed for with `sealFor`. */
export function isRsaPublicKey(pem: string): boolean {
  // A private key would be accepted as its public half; a client that sends one has mixed them up.
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) return false
  try {
    const key = createPublicKey(pem)
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    return key.asymmetricKeyType === "rsa" && bits >= 2048 && bits <= 8192
  } catch {
    return false
  }
}

/** Encrypts a short text so that only the holder of the private key reads it: RSA-OAEP with SHA-256, base64. */
export const sealFor = (publicKeyPem: string, text: string): string =>
  publicEncrypt({ key: publicKeyPem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, Buffer.from(text)).toString("base64")

/** Hash of a token for storage. Tokens have over 200 random bits, so no salt and no slow hash are needed. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex")

/** Recognises a request that is sent again. Keyed, because requests hold secrets. */
export const hashRequest = (key: Buffer, request: object): string => createHmac("sha256", key).update(JSON.stringify(request)).digest("hex")

/**
 * The token that frps and all of its clients share, the same after a restart: frps encrypts every connection with it, so there cannot be
 * one for each. What tells tunnels apart is each one's binding secret.
 */
export const frpToken = (key: Buffer): string => createHmac("sha256", key).update("frp").digest("hex")

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
