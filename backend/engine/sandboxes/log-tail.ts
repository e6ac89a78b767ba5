import { open } from "node:fs/promises"
import * as z from "zod"
import { shortText } from "../../../contract/text/cut-text.ts"
import { cleanJson } from "../../base/json.ts"

const Line = z.object({ text: z.string() })
const tailBytesMax = 64 * 1024
const lastLines = 5
const lastLineMax = 200

/** The end of what a program printed, from its output file; null when that is as long as it was before. */
export async function readLogTail(file: string, knownBytes: number): Promise<{ text: string; bytes: number } | null> {
  const handle = await open(file, "r").catch(() => null)
  if (!handle) return null
  try {
    const { size } = await handle.stat()
    if (size === knownBytes) return null
    const from = Math.max(0, size - tailBytesMax)
    const buffer = Buffer.alloc(size - from)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
    const lines = buffer.subarray(0, bytesRead).toString("utf8").split("\n")
    // In a longer file the first line is a part of one.
    const texts = lines.slice(from > 0 ? 1 : 0).flatMap(textOf)
    return { text: cleanJson(texts.map((text) => `${text}\n`).join("")), bytes: size }
  } finally {
    await handle.close()
  }
}

/** The last words of a program, for a sentence about its end; empty when it printed nothing. */
export async function readLastLines(file: string): Promise<string> {
  const text = (await readLogTail(file, 0))?.text.trim() ?? ""
  const lines = text.split("\n").slice(-lastLines)
  return lines.map((line) => shortText(line, lastLineMax)).join("\n")
}

function textOf(line: string): string[] {
  try {
    const parsed = Line.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data.text] : []
  } catch {
    return []
  }
}
