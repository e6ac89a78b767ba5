import { beginning, hashOfEntry, readAudit, readAuditHead } from "../../store/audit/audit.ts"
import type { Db } from "../../store/db.ts"

const pageSize = 1000

/** Where the log ends, or the first entry that is not what it was, and why. */
export type AuditVerdict = { ok: true; entries: number; head: string } | { ok: false; seq: number; reason: string }

/**
 * Reads the audit log from its beginning and finds the first entry that was changed, removed or put in another's place.
 * @param known an end that was written down elsewhere: whoever can write to the database can make a whole new chain, but not one that has it
 */
export async function verifyAudit(db: Db, known: { seq: number; hash: string } | null = null): Promise<AuditVerdict> {
  // Read before the entries, as others append meanwhile.
  const head = await readAuditHead(db)
  let last = { seq: 0, hash: beginning }
  const bad = (seq: number, reason: string): AuditVerdict => ({ ok: false, seq, reason })
  for (let isMore = true; isMore; ) {
    const rows = await readAudit(db, last.seq, pageSize)
    isMore = rows.length === pageSize
    for (const row of rows) {
      const seq = last.seq + 1
      if (row.seq !== seq) return bad(seq, row.seq === seq + 1 ? "it was removed" : `entries ${seq} to ${row.seq - 1} were removed`)
      if (row.previous !== last.hash)
        return bad(seq, "it does not follow the entry before it: it stands in another's place, or that was replaced")
      if (hashOfEntry(row) !== row.hash) return bad(seq, "it was changed: its hash is that of other content")
      if (known?.seq === seq && known.hash !== row.hash) return bad(seq, "it is not the entry that was written down: the log was made anew")
      last = { seq, hash: row.hash }
    }
  }
  if (last.seq < head.seq) return bad(last.seq + 1, `the log ended at ${head.seq}: the entries from here on were removed`)
  if (last.seq === head.seq && last.hash !== head.hash) return bad(last.seq, "it is not the entry that the log ended with")
  if (known && known.seq > last.seq) return bad(last.seq + 1, `the log had ${known.seq} entries: those from here on were removed`)
  return { ok: true, entries: last.seq, head: last.hash }
}
