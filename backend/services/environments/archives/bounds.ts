import { ServiceError } from "../../../base/errors.ts"

// Archives are untrusted: nothing of them is written to disk here, and every read is bounded.
export const entriesMax = 20_000

export const unpackedBytesMax = 2 * 1024 ** 3

export const refuse = (sentence: string) => new ServiceError("invalid", sentence)

/** A path inside an archive as `a/b`; @throws ServiceError when it would lead out of the folder it is unpacked into */
export function safePath(name: string): string {
  const parts = name
    .replace(/\/+$/, "")
    .split("/")
    .filter((part) => part !== "" && part !== ".")
  if (name.startsWith("/") || name.includes("\\") || name.includes("\0") || parts.includes("..") || /^[A-Za-z]:/.test(name))
    throw refuse(`The archive holds the path ${JSON.stringify(name.slice(0, 200))}, which leads out of it`)
  return parts.join("/")
}
