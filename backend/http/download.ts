import { Readable } from "node:stream"

/** Text that is made while it is sent: never more of it is in memory than the reader has room for. */
export const textDownload = (parts: AsyncIterable<string>, type: string, filename: string): Response =>
  new Response(Readable.toWeb(Readable.from(parts, { objectMode: false })) as ReadableStream, {
    headers: { "content-type": `${type}; charset=utf-8`, "content-disposition": `attachment; filename="${filename}"` },
  })
