import { Readable } from "node:stream"
import { Dicer } from "@fastify/busboy"
import { FormError } from "./form-file.ts"

export interface FormPart {
  name: string
  /** Of the part itself; empty for none. */
  contentEncoding: string
  content: AsyncIterable<Uint8Array>
}

/**
 * The parts of a multipart form as they arrive. Each has to be read before the next one comes.
 * @throws FormError when the form is malformed or ends too early
 */
export async function* formParts(contentType: string | undefined, body: AsyncIterable<Uint8Array>): AsyncGenerator<FormPart> {
  const boundary = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? "")
  if (!boundary) throw new FormError("The body is not a multipart form")
  const dicer = new Dicer({ boundary: (boundary[1] ?? boundary[2]) as string })
  const source = Readable.from(body)
  const parts: FormPart[] = []
  let current: Readable | null = null
  let failure: Error | null = null
  let isDone = false
  let wake = () => {}
  const end = (error: Error | null) => {
    failure ??= error
    isDone = true
    wake()
  }
  source.once("error", (error) => {
    end(error)
    // The reader of the part waits for its end.
    current?.destroy(error)
    dicer.destroy(error)
  })
  dicer.on("part", (part: Readable) => {
    current = part
    part.on("header", (header: Record<string, string[]>) => {
      const name = /\bname="([^"]*)"/i.exec(header["content-disposition"]?.[0] ?? "")?.[1] ?? ""
      parts.push({ name, contentEncoding: (header["content-encoding"]?.[0] ?? "").trim().toLowerCase(), content: whole(part) })
      wake()
    })
    part.on("error", (error) => end(error))
  })
  dicer.on("error", (error: Error) => end(error))
  dicer.once("finish", () => end(null))
  source.pipe(dicer)
  try {
    for (;;) {
      const part = parts.shift()
      if (part) yield part
      else if (failure) throw failure
      else if (isDone) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  } catch (error) {
    throw isFormFault(error) ? new FormError("The form ended before it was whole") : error
  } finally {
    source.destroy()
    dicer.destroy()
  }
}

async function* whole(part: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* part
  } catch (error) {
    throw isFormFault(error) ? new FormError("The form ended before it was whole") : error
  }
}

const isFormFault = (error: unknown): boolean => error instanceof Error && /multipart|Part terminated|Preamble/.test(error.message)
