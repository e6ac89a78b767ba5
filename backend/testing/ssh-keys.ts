import { generateKeyPairSync } from "node:crypto"

const field = (bytes: Buffer): Buffer => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}

/** The public line of a new key, as ssh-keygen writes it. */
export function newPublicKey(comment = "somebody@laptop"): string {
  const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" })
  const bytes = Buffer.concat([field(Buffer.from("ssh-ed25519")), field(Buffer.from(x as string, "base64url"))])
  return `ssh-ed25519 ${bytes.toString("base64")} ${comment}`
}
