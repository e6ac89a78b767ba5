import { readFile } from "node:fs/promises"
import type { Connection } from "./connection.ts"

const established = "01"

/**
 * The user id that owns the client's end of a connection within this machine, as Linux lists it; null where it cannot be known.
 * @param tables in the format of /proc/net/tcp
 */
export async function socketOwner(connection: Connection, tables = ["/proc/net/tcp", "/proc/net/tcp6"]): Promise<number | null> {
  const client = endOf(connection.address, connection.port)
  const server = endOf(connection.serverAddress, connection.serverPort)
  if (!client || !server) return null
  for (const table of tables) {
    const text = await readFile(table, "utf8").catch(() => "")
    for (const line of text.split("\n").slice(1)) {
      const [, local = "", remote = "", state, , , , uid] = line.trim().split(/\s+/)
      if (state === established && readEnd(local) === client && readEnd(remote) === server) return Number(uid)
    }
  }
  return null
}

/** A loopback address with its port, each address spelled one way; null for any other. */
function endOf(address: string, port: number): string | null {
  const plain = address.replace(/^::ffff:/i, "")
  return plain === "::1" || /^127(\.\d{1,3}){3}$/.test(plain) ? `${plain} ${port}` : null
}

/** One end as the table writes it: words of four bytes, the lowest byte first, and the port. */
function readEnd(text: string): string | null {
  const [address = "", port = ""] = text.split(":")
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  )
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (bytes.length === 4 || isMapped) return endOf(bytes.slice(-4).join("."), Number.parseInt(port, 16))
  return bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1 ? endOf("::1", Number.parseInt(port, 16)) : null
}
