import type { InspectAnswer } from "@/contract/index.ts"

/** 512 B, 1.9 kB, 3.2 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Number((bytes / 1000).toFixed(1))} kB`
  return `${Number((bytes / 1_000_000).toFixed(1))} MB`
}

/** Recognised by the encoding, or by a NUL character. */
export const isBinary = (file: Pick<InspectAnswer, "encoding" | "content">): boolean =>
  (file.encoding !== null && !/^utf-?8$|^ascii$/i.test(file.encoding)) || (file.content?.includes("\0") ?? false)

/** The folders above a path, outermost first, and the path itself last. */
export function trail(path: string): { name: string; path: string }[] {
  const parts = path.split("/").filter((part) => part !== "")
  return parts.map((name, i) => ({ name, path: parts.slice(0, i + 1).join("/") }))
}

/** Folders first, then by name, as file lists are. */
export const inOrder = <T extends { name: string; is_directory: boolean }>(entries: readonly T[]): T[] =>
  [...entries].sort((a, b) => Number(b.is_directory) - Number(a.is_directory) || a.name.localeCompare(b.name, "en"))
