import { createHash } from "node:crypto"
import { type AddSshKeyRequest, type ListSshKeysResponse, limits, type PageQuery, type SshKey } from "../../../contract/index.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import type { SshKeyRecord } from "../../store/instances/instance.ts"
import {
  countSshKeys,
  deleteSshKey as deleteRow,
  insertSshKey,
  type KeyOwner,
  listSshKeys as listRows,
} from "../../store/instances/ssh-keys.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { requireMaker } from "../identity/made-by.ts"

/** What the SSH door takes. */
const kinds = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"]
const rsaBitsMin = 2048

function ownerOf(ctx: Context): KeyOwner {
  const caller = requireMaker(ctx)
  return { userId: caller.userId, evaluationId: caller.kind === "run" ? caller.evaluationId : null }
}

/** The keys of the caller: a person's own, or those that the run that asks has added. */
export async function listSshKeys(ctx: Context, page: PageQuery): Promise<ListSshKeysResponse> {
  const { rows, total } = await listRows(ctx.db, ownerOf(ctx), page)
  return { total_count: total, ...page, data: rows.map(toSshKey) }
}

/**
 * Adds a public key to the caller's own. One that a run adds opens nothing but the run's instances, and is gone with the run.
 * @throws ServiceError for what is no public key of a kind that the door takes, for one that is there already, and for too many
 */
export async function addSshKey(ctx: Context, { name, publicKey }: AddSshKeyRequest): Promise<SshKey> {
  const owner = ownerOf(ctx)
  const key = readPublicKey(publicKey)
  if ((await countSshKeys(ctx.db, owner)) >= limits.sshKeysMax)
    throw new ServiceError("limit_reached", `There are ${limits.sshKeysMax} SSH keys already: take one of them away first`)
  const row = await ctx.db.transaction(async (tx) => {
    const added = await insertSshKey(tx, { id: newId(), ...owner, name, ...key })
    if (added)
      await record(ctx, tx, {
        action: "ssh_key.create",
        target: { kind: "ssh_key", id: added.id, name },
        details: { fingerprint: key.fingerprint },
      })
    return added
  })
  if (!row) throw new ServiceError("conflict", `This key is there already: its fingerprint is ${key.fingerprint}`)
  return toSshKey(row)
}

/** Takes one of the caller's keys away. @throws ServiceError when the caller has none of that id */
export async function deleteSshKey(ctx: Context, id: string): Promise<void> {
  const owner = ownerOf(ctx)
  await ctx.db.transaction(async (tx) => {
    const gone = await deleteRow(tx, owner, id)
    if (!gone) throw notFound("SSH key", id)
    await record(ctx, tx, {
      action: "ssh_key.delete",
      target: { kind: "ssh_key", id, name: gone.name },
      details: { fingerprint: gone.fingerprint },
    })
  })
}

/** Reads a line as in ~/.ssh/id_ed25519.pub (RFC 4253, section 6.6). @throws ServiceError which says what is wrong with it */
export function readPublicKey(line: string): { publicKey: string; fingerprint: string } {
  const refuse = (message: string) => invalid(["publicKey"], message)
  if (/PRIVATE KEY/.test(line)) throw refuse("this is a private key, which nobody else should have: give the line of its .pub file")
  const [kind = "", data = ""] = line.trim().split(/\s+/)
  if (!kinds.includes(kind)) throw refuse(`must begin with one of ${kinds.join(", ")}`)
  const bytes = Buffer.from(data, "base64")
  const fields = fieldsOf(bytes)
  if (fields?.[0]?.toString("latin1") !== kind || fields.length !== (kind === "ssh-ed25519" ? 2 : 3))
    throw refuse("is not whole: it is one line, as ssh-keygen writes it")
  if (kind === "ssh-ed25519" && fields[1]?.length !== 32) throw refuse("is not whole: a key of ssh-ed25519 has 32 bytes")
  if (kind === "ssh-rsa" && bitsOf(fields[2]) < rsaBitsMin) throw refuse(`is too short: at least ${rsaBitsMin} bits of ssh-rsa`)
  return {
    publicKey: `${kind} ${bytes.toString("base64")}`,
    fingerprint: `SHA256:${createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "")}`,
  }
}

/** The fields of a key's bytes, each preceded by its length in four bytes; null where they are not. */
function fieldsOf(bytes: Buffer): Buffer[] | null {
  const fields: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return null
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) return null
    fields.push(bytes.subarray(at + 4, end))
    at = end
  }
  return fields
}

/** Of a number without its sign, which leading zeros keep positive. */
function bitsOf(field: Buffer | undefined): number {
  const first = field?.findIndex((byte) => byte !== 0) ?? -1
  return field && first >= 0 ? (field.length - first) * 8 - Math.clz32(field[first] as number) + 24 : 0
}

const toSshKey = (row: SshKeyRecord): SshKey => ({
  id: row.id,
  userId: row.userId,
  name: row.name,
  publicKey: row.publicKey,
  isPrimary: true,
  isUserKey: true,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.createdAt.toISOString(),
  fingerprint: row.fingerprint,
})
