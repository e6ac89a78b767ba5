import { createHash } from "node:crypto"
import { createWriteStream } from "node:fs"
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises"
import path from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { S3Client } from "@aws-sdk/client-s3"
import { checkedKey, type Files } from "./files.ts"

/** Where objects are kept. Keys are found as by every AWS tool: AWS_ACCESS_KEY_ID, a profile, the machine's role. */
export interface S3Place {
  bucket: string
  /** Before every key: "" or "some/folder/". */
  prefix: string
  /** Of a service other than Amazon's. */
  endpoint: string | null
  region: string
}

const partBytes = 8 * 1024 ** 2
const cachedDays = 7

/**
 * Files in S3 or a service that speaks its protocol. No file is in memory as a whole: uploads go in parts, downloads are streams.
 * @param cache a folder of this machine for the copies of `localPath`, each found again by the content's tag
 */
export function s3Files({ bucket, prefix, endpoint, region }: S3Place, cache: string): Files {
  const place = (key: string) => ({ Bucket: bucket, Key: prefix + checkedKey(key) })
  // The SDK is large and few deployments use it, so it is loaded with the first file.
  let opened: Promise<{ s3: typeof import("@aws-sdk/client-s3"); client: S3Client }> | null = null
  const open = () => {
    opened ??= import("@aws-sdk/client-s3").then((s3) => ({
      s3,
      client: new s3.S3Client({
        region,
        ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
        // Other services know no checksums in trailers.
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
      }),
    }))
    return opened
  }
  const head = async (key: string): Promise<{ size: number; tag: string } | null> => {
    const { s3, client } = await open()
    try {
      const found = await client.send(new s3.HeadObjectCommand(place(key)))
      return { size: found.ContentLength ?? 0, tag: found.ETag ?? "" }
    } catch (error) {
      if (error instanceof s3.NotFound) return null
      throw error
    }
  }
  const read = async (key: string, tag?: string): Promise<Readable> => {
    const { s3, client } = await open()
    const { Body } = await client.send(new s3.GetObjectCommand({ ...place(key), ...(tag ? { IfMatch: tag } : {}) }))
    return Body as Readable
  }
  return {
    async put(key, source) {
      const { client } = await open()
      const { Upload } = await import("@aws-sdk/lib-storage")
      let size = 0
      const counted = async function* () {
        for await (const chunk of source) {
          size += chunk.length
          yield chunk
        }
      }
      // An object appears when its last part is there; what was sent of a broken stream is taken back.
      const params = { ...place(key), Body: Readable.from(counted(), { objectMode: false }) }
      await new Upload({ client, params, partSize: partBytes, queueSize: 2 }).done()
      return size
    },
    read: (key) => read(key),
    size: async (key) => (await head(key))?.size ?? null,
    async delete(key) {
      const { s3, client } = await open()
      await client.send(new s3.DeleteObjectCommand(place(key)))
    },
    async *list() {
      const { s3, client } = await open()
      for await (const page of s3.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
        for (const { Key } of page.Contents ?? []) if (Key) yield Key.slice(prefix.length)
    },
    async localPath(key) {
      const found = await head(key)
      if (!found) throw new Error(`There is no file ${key} in s3://${bucket}/${prefix}`)
      const folder = path.join(cache, createHash("sha256").update(`${key}\n${found.tag}`).digest("hex").slice(0, 32))
      const copy = path.join(folder, path.basename(key))
      const now = new Date()
      if (
        await utimes(copy, now, now).then(
          () => true,
          () => false,
        )
      )
        return copy
      await mkdir(folder, { recursive: true })
      const temporary = `${copy}.part-${process.pid}-${Date.now()}`
      try {
        await pipeline(await read(key, found.tag), createWriteStream(temporary))
        await rename(temporary, copy)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      await forgetUnused(cache)
      return copy
    },
  }
}

/** Removes copies that were not used for a week; the files may be long deleted. */
async function forgetUnused(cache: string): Promise<void> {
  const oldest = Date.now() - cachedDays * 24 * 3_600_000
  for (const name of await readdir(cache)) {
    const folder = path.join(cache, name)
    const used = await Promise.all((await readdir(folder)).map((file) => stat(path.join(folder, file)).then((found) => found.mtimeMs)))
    if (used.every((at) => at < oldest)) await rm(folder, { recursive: true, force: true })
  }
}
