const alphabet = /^[A-Za-z0-9+/_-]+={0,2}$/
const undeclaredMin = 64

/**
 * Whether a text is the base64 of some data, in either alphabet.
 * @param isDeclared something says that it is data; otherwise a word or a path of the same letters is not taken for it
 */
export function isBase64(text: string, isDeclared: boolean): boolean {
  const packed = text.replace(/[\r\n]+/g, "")
  return alphabet.test(packed) && (isDeclared || (packed.length >= undeclaredMin && packed.length % 4 === 0))
}

/** The size in bytes of the data of a base64 data URL. */
export function base64Bytes(url: string): number {
  const characters = url.length - url.indexOf(",") - 1
  const padding = url.endsWith("==") ? 2 : url.endsWith("=") ? 1 : 0
  return Math.floor(((characters - padding) * 3) / 4)
}

/** How files of these types begin, in base64. */
const beginnings: [RegExp, string][] = [
  [/^iVBORw0KGgo/, "image/png"],
  [/^\/9j\//, "image/jpeg"],
  [/^R0lGOD/, "image/gif"],
  [/^UklG.{8}RUJQ/, "image/webp"],
  [/^UklG/, "audio/wav"],
  [/^(?:SUQz|\/\/[tuv])/, "audio/mpeg"],
  [/^T2dnUw/, "audio/ogg"],
  [/^ZkxhQ/, "audio/flac"],
  [/^JVBERi0/, "application/pdf"],
  [/^GkXfo/, "video/webm"],
  [/^.{5}GZ0eX/, "video/mp4"],
  [/^UEsDB/, "application/zip"],
]

/** The media type that the first bytes tell, or null. */
export const sniffedType = (base64: string): string | null =>
  beginnings.find(([beginning]) => beginning.test(base64.slice(0, 32)))?.[1] ?? null
