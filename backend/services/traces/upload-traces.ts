import path from "node:path"
import { pipeline, Readable } from "node:stream"
import { createGunzip } from "node:zlib"
import { limits, UploadMetadata, type UploadReceipt } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { type Spooled, SpoolLimitError, spool } from "../../base/spool.ts"
import { hasCode, isPassing } from "../../store/db.ts"
import { findUpload, insertUpload, lockUpload } from "../../store/traces/uploads.ts"
import type { Context } from "../context.ts"
import { ownerOf } from "./owner.ts"
import { recordWriter } from "./record-writer.ts"
import { recordBatches, tooManyTraces } from "./records-of.ts"
import { rejected, traceError } from "./trace-error.ts"

/** What came with a request. */
export interface TraceUpload {
  idempotencyKey: string | undefined
  lineFormat: string | undefined
  /** In the order in which they arrive; each is read before the next one. */
  parts: AsyncIterable<{ name: string; contentEncoding: string; content: AsyncIterable<Uint8Array> }>
}

const metadataBytesMax = 64 * 1024

/**
 * Stores the episodes or traces of one request, all of them or none. The same bytes count once: sent again they are answered with the
 * same receipt. What belongs to a run becomes its samples.
 * @throws ServiceError with a code of Prime Traces
 */
export async function uploadTraces(ctx: Context, upload: TraceUpload): Promise<UploadReceipt> {
  const account = ownerOf(ctx)
  const [, digest] = /^sha256:([0-9a-f]{64})$/.exec(upload.idempotencyKey ?? "") ?? []
  if (!digest)
    throw rejected("invalid_idempotency_key", "Idempotency-Key must be sha256: and the hash of the uncompressed lines in lower-case hex")
  const format = upload.lineFormat ?? "trace"
  if (format !== "trace" && format !== "episode")
    throw rejected("line_format_mismatch", `X-Prime-Line-Format is trace or episode, not ${JSON.stringify(format)}`)
  const { metadata, content } = await receive(path.join(ctx.config.dataDir, "spool"), upload.parts)
  try {
    const known = await findUpload(ctx.db, account.owner, digest)
    if (content.sha256 !== digest)
      throw known
        ? traceError("conflict", "digest_mismatch", "Something else was uploaded with this Idempotency-Key")
        : rejected("digest_mismatch", "The uploaded lines do not have the hash of Idempotency-Key")
    const receipt = { upload_id: digest, status: "committed" }
    return await ctx.db.transaction(async (tx) => {
      await lockUpload(tx, account.owner, digest)
      const stored = await findUpload(tx, account.owner, digest)
      if (stored && stored.lineFormat !== format)
        throw traceError("conflict", "line_format_conflict", `These lines were uploaded as ${stored.lineFormat}s before`)
      if (stored) return receipt
      const writer = recordWriter(ctx, tx, { ...account, uploadId: digest, context: metadata.context ?? {} })
      for await (const batch of recordBatches(content.lines(), format)) await writer.write(batch)
      await writer.end()
      await insertUpload(tx, { owner: account.owner, id: digest, lineFormat: format })
      return receipt
    })
  } catch (error) {
    if (error instanceof ServiceError) throw error
    // Another upload of the same traces was quicker, or the database is away: the same bytes will do later.
    if (hasCode(error, "23505") || isPassing(error))
      throw traceError("unavailable", "ingest_unavailable", "The traces could not be stored at the moment: send them again")
    throw error
  } finally {
    await content.close()
  }
}

/** Reads the parts of the form: what it says about its lines, and the lines, put aside on the disk. */
async function receive(folder: string, parts: TraceUpload["parts"]): Promise<{ metadata: UploadMetadata; content: Spooled }> {
  let metadata: UploadMetadata | null = null
  let content: Spooled | null = null
  try {
    for await (const part of parts) {
      if (part.name === "metadata") {
        if (metadata) throw rejected("invalid_metadata", "The form has two parts named metadata")
        metadata = await readMetadata(part.content)
      } else if (part.name === "traces") {
        if (content) throw rejected("invalid_metadata", "The form has two parts named traces")
        content = await putAside(folder, part.contentEncoding, part.content)
      } else throw rejected("invalid_metadata", `The form has a part ${JSON.stringify(part.name)}: there are metadata and traces`)
    }
    if (!metadata) throw rejected("invalid_metadata", "The form has no part named metadata")
    if (!content) throw rejected("invalid_metadata", "The form has no part named traces")
    return { metadata, content }
  } catch (error) {
    await content?.close()
    throw error
  }
}

async function readMetadata(content: AsyncIterable<Uint8Array>): Promise<UploadMetadata> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of content) {
    bytes += piece.length
    if (bytes > metadataBytesMax) throw rejected("invalid_metadata", `The part metadata is larger than ${metadataBytesMax / 1024} KiB`)
    pieces.push(piece)
  }
  const text = Buffer.concat(pieces).toString("utf8")
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw rejected("invalid_metadata", "The part metadata is not valid JSON")
  }
  const parsed = UploadMetadata.safeParse(value)
  if (!parsed.success)
    throw rejected(
      "invalid_metadata",
      `The part metadata is not valid: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`,
    )
  if (parsed.data.schema_version !== 1)
    throw rejected("unsupported_schema_version", `Traces have schema_version 1 here, not ${parsed.data.schema_version}`)
  return parsed.data
}

async function putAside(folder: string, encoding: string, content: AsyncIterable<Uint8Array>): Promise<Spooled> {
  if (!["", "identity", "gzip"].includes(encoding))
    throw rejected("malformed_encoding", `The traces are encoded as ${JSON.stringify(encoding)}: gzip, or not at all`)
  const lines = encoding === "gzip" ? pipeline(Readable.from(content), createGunzip(), () => {}) : content
  try {
    return await spool(folder, lines as AsyncIterable<Uint8Array>, {
      bytesMax: limits.traceUploadBytesMax,
      lineBytesMax: limits.traceLineBytesMax,
      linesMax: limits.tracesPerUploadMax,
    })
  } catch (error) {
    if (error instanceof SpoolLimitError) throw beyond[error.limit]
    const code = (error as { code?: unknown }).code
    if (typeof code === "string" && code.startsWith("Z_")) throw rejected("malformed_encoding", "The traces are not valid gzip")
    throw error
  }
}

const mib = 1024 * 1024
const beyond = {
  bytes: rejected(
    "upload_too_large",
    `The lines of an upload have at most ${limits.traceUploadBytesMax / mib} MiB, without their compression`,
  ),
  line: rejected("trace_too_large", `A line has at most ${limits.traceLineBytesMax / mib} MiB`),
  lines: tooManyTraces,
}
