import { Readable } from "node:stream"

/** A file that is made while it is sent: never more of it is in memory than the reader has room for. Text is UTF-8. */
export const streamDownload = (parts: AsyncIterable<string | Uint8Array>, type: string, filename: string): Response =>
  new Response(Readable.toWeb(Readable.from(parts, { objectMode: false })) as ReadableStream, {
    headers: {
      "content-type": isText(type) ? `${type}; charset=utf-8` : type,
      "content-disposition": `attachment; filename="${filename}"`,
    },
  })

const isText = (type: string) => type.startsWith("text/") || /\bjsonl?$/.test(type)
