import { Readable } from "node:stream"
import { Busboy } from "@fastify/busboy"

/** A form that is not one, or has no file. */
export class FormError extends Error {}

/**
 * The content of the first part of a multipart form, as it arrives: an upload may be bigger than this process's memory.
 * @throws FormError when the form is malformed, holds no file or ends too early
 */
export async function* formFile(contentType: string | undefined, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const form = openForm(contentType)
  const source = Readable.from(body)
  let failure: Error | null = null
  source.once("error", (error) => {
    failure = error
    form.destroy(error)
  })
  try {
    const file = new Promise<Readable>((resolve, reject) => {
      form.once("file", (_field, stream) => resolve(stream))
      form.on("error", reject)
      form.once("finish", () => reject(new FormError("The form holds no file")))
    })
    source.pipe(form)
    yield* await file
  } catch (error) {
    throw failure ?? (error instanceof FormError ? error : new FormError("The form ended before its file was whole"))
  } finally {
    source.destroy()
    form.destroy()
  }
}

function openForm(contentType: string | undefined): InstanceType<typeof Busboy> {
  try {
    // The first part is the file, also from clients that give it no name.
    return new Busboy({ headers: { "content-type": contentType ?? "" }, isPartAFile: () => true, limits: { files: 1 } })
  } catch {
    throw new FormError("The body is not a multipart form: send the file as form field file")
  }
}
