import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto"

const sha256 = (data: Buffer | string) => createHash("sha256").update(data).digest()

/** The few kinds of CBOR that WebAuthn needs: numbers, bytes, texts and maps. */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (kind: number, n: number) =>
    n < 24
      ? Buffer.from([(kind << 5) | n])
      : n < 256
        ? Buffer.from([(kind << 5) | 24, n])
        : Buffer.from([(kind << 5) | 25, n >> 8, n & 255])
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one as number)])])
}

/** A device that makes and uses passkeys as WebAuthn says, with real keys. */
export class Authenticator {
  readonly #id = randomBytes(32)
  readonly #keys: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  #counter = 0
  /** @param verifies whether it makes sure who uses it, with a finger or a PIN */
  constructor(
    private readonly origin: string,
    private readonly verifies = true,
  ) {}

  /** Makes its passkey. */
  create({ challenge, rp }: { challenge: string; rp: { id: string } }) {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" })
    const cose = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.#id.length)
    const data = Buffer.concat([this.#data(rp.id, 0x40), Buffer.alloc(16), length, this.#id, cbor(cose)])
    const attestation = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", data],
    ])
    return this.#answer({
      clientDataJSON: this.#client("webauthn.create", challenge).toString("base64url"),
      attestationObject: cbor(attestation).toString("base64url"),
      transports: ["internal"],
    })
  }

  /** Signs in with its passkey. */
  get({ challenge, rpId }: { challenge: string; rpId: string }) {
    const client = this.#client("webauthn.get", challenge)
    const data = this.#data(rpId, 0)
    return this.#answer({
      clientDataJSON: client.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", Buffer.concat([data, sha256(client)]), this.#keys.privateKey).toString("base64url"),
    })
  }

  #answer<T>(response: T) {
    const id = this.#id.toString("base64url")
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response }
  }

  #client = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }))

  /** Whose site, that a person was there, and maybe who, and how often it was used. */
  #data(site: string, more: number): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(++this.#counter)
    return Buffer.concat([sha256(site), Buffer.from([0x01 | (this.verifies ? 0x04 : 0) | more]), counter])
  }
}
