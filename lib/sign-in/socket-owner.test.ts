import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, expect, test } from "vitest"
import { socketOwner } from "./socket-owner.ts"

const folder = mkdtempSync(path.join(tmpdir(), "he-sockets-"))
afterAll(() => rmSync(folder, { recursive: true }))

// Both ends of one connection (1001 is the client), one of a dual-stack socket, one through ::1, and one that has ended.
const v4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 11 1
   1: 0100007F:C350 0100007F:0BB8 01 00000000:00000000 00:00000000 00000000  1001        0 12 1
   2: 0100007F:C351 0100007F:0BB8 06 00000000:00000000 00:00000000 00000000     0        0 0 1
`
const v6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:0BB8 01 00000000:00000000 00:00000000 00000000  1002        0 13 1
   1: 00000000000000000000000001000000:C353 00000000000000000000000001000000:0BB8 01 00000000:00000000 00:00000000 00000000  1003        0 14 1
`
const tables = [v4, v6].map((text, i) => {
  const file = path.join(folder, `tcp${i}`)
  writeFileSync(file, text)
  return file
})

test.each<[string, string, number, number | null]>([
  ["the client's end counts, not the server's", "127.0.0.1", 0xc350, 1001],
  ["one address is the same in both families", "::ffff:127.0.0.1", 0xc350, 1001],
  ["a dual-stack client", "127.0.0.1", 0xc352, 1002],
  ["IPv6", "::1", 0xc353, 1003],
  ["a connection that has ended belongs to nobody, though the table says root", "127.0.0.1", 0xc351, null],
  ["a connection that is not listed", "127.0.0.1", 1, null],
  ["another machine", "10.0.0.7", 0xc350, null],
])("%s", async (_, address, port, owner) => {
  const serverAddress = address === "::1" ? "::1" : "127.0.0.1"
  expect(await socketOwner({ address, port, serverAddress, serverPort: 3000, forwarded: false }, tables)).toBe(owner)
})

test("without the tables nothing is known", async () => {
  const connection = { address: "127.0.0.1", port: 0xc350, serverAddress: "127.0.0.1", serverPort: 3000, forwarded: false }
  expect(await socketOwner(connection, [path.join(folder, "none")])).toBeNull()
})
