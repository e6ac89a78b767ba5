import { open, type ZipFile } from "yauzl"
import { ServiceError } from "../../../base/errors.ts"
import { entriesMax, refuse, safePath, unpackedBytesMax } from "./bounds.ts"

/** Checks that a file is a wheel: a zip archive with the package's METADATA and no climbing paths. */
export async function readWheel(file: string): Promise<void> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    open(file, { lazyEntries: true, autoClose: true, strictFileNames: true, validateEntrySizes: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    ),
  ).catch((error: Error) => {
    throw refuse(`The wheel is not a zip archive: ${error.message}`)
  })
  await new Promise<void>((resolve, reject) => {
    let entries = 0
    let bytes = 0
    let hasMetadata = false
    const stop = (error: Error) => {
      zip.close()
      reject(error instanceof ServiceError ? error : refuse(`The wheel could not be read: ${error.message}`))
    }
    zip.on("error", stop)
    zip.on("entry", (entry) => {
      try {
        const path = safePath(entry.fileName)
        bytes += entry.uncompressedSize
        if (++entries > entriesMax || bytes > unpackedBytesMax)
          throw refuse(`The wheel is too large: at most ${entriesMax} files and ${unpackedBytesMax / 1024 ** 3} GiB unpacked`)
        if (/^[^/]+\.dist-info\/METADATA$/.test(path)) hasMetadata = true
        zip.readEntry()
      } catch (error) {
        stop(error as Error)
      }
    })
    zip.on("end", () =>
      hasMetadata ? resolve() : reject(refuse("The wheel holds no *.dist-info/METADATA, so it is not a Python package")),
    )
    zip.readEntry()
  })
}
