import type { Config } from "../../base/config.ts"
import { decrypt, spooledContext } from "../../base/crypto.ts"
import type { Db } from "../../store/db.ts"
import { deleteSpooled, readSpooled, type SpooledLines, spoolPlace } from "../../store/remote/remote-spool.ts"
import { bytesAtOnceDefault, type Spool } from "../attempt/spool.ts"

/**
 * The spool of an attempt on another machine: what its program has sent, in rows of whole lines that any process of the platform may have
 * stored. They are deleted in the transaction that moves the offset past them.
 */
export function spooledBy({ db, config }: { db: Db; config: Config }, attemptId: string): Spool {
  return {
    async read(stream, offset, bytesAtOnce = bytesAtOnceDefault) {
      const rows = await readSpooled(db, attemptId, stream, offset, bytesAtOnce)
      const open = (row: SpooledLines) =>
        decrypt(config.secretKey, row.sealedLines, spooledContext(spoolPlace(attemptId, stream, row.offset)))
      const lines = rows.flatMap((row) => open(row).split("\n").slice(0, -1))
      const last = rows.at(-1)
      return { lines, offset: last ? last.offset + last.size : offset, oversized: false }
    },
    async forget(tx, { events, output }) {
      await deleteSpooled(tx, attemptId, "events", events)
      await deleteSpooled(tx, attemptId, "output", output)
    },
  }
}
