import { createHash } from "node:crypto"
import { Readable } from "node:stream"
import { readClaims, signClaims } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import type { Context } from "../context.ts"

type ArtifactKind = "wheel" | "source"

const uploadHours = 6

/** The address carries its own permission, since the CLI sends no key with an upload. */
export function uploadUrl(ctx: Context, versionId: string, kind: ArtifactKind, sha256: string): string {
  const token = signClaims(ctx.config.secretKey, { versionId, kind, sha256, until: Date.now() + uploadHours * 3_600_000 })
  return `${ctx.config.publicUrl}/api/v1/uploads/${token}`
}

/** Takes the bytes of an announced file. @throws ServiceError for a wrong or old token, no bytes, other bytes than announced */
export async function uploadArtifact(ctx: Context, token: string, body: AsyncIterable<Uint8Array>): Promise<number> {
  const claims = readClaims(ctx.config.secretKey, token) as { versionId: string; kind: ArtifactKind; sha256: string; until: number } | null
  if (!claims) throw new ServiceError("forbidden", "This upload address is not valid")
  if (claims.until < Date.now()) throw new ServiceError("forbidden", "This upload address has expired: push again")
  const hash = createHash("sha256")
  let size = 0
  const checked = async function* () {
    for await (const chunk of body) {
      size += chunk.length
      hash.update(chunk)
      yield chunk
    }
    if (size === 0) throw new ServiceError("invalid", "The upload is empty")
    if (hash.digest("hex") !== claims.sha256)
      throw new ServiceError("invalid", "The uploaded bytes differ from the announced sha256: push again")
  }
  return ctx.files.put(artifactKey(claims.versionId, claims.kind), Readable.from(checked()))
}

export async function requireUploaded(ctx: Context, version: VersionRecord, kind: ArtifactKind): Promise<void> {
  if ((await ctx.files.size(artifactKey(version.id, kind))) === null) throw new ServiceError("invalid", `The ${kind} was not uploaded yet`)
}
