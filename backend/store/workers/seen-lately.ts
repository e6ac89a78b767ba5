import { type SQL, type SQLWrapper, sql } from "drizzle-orm"

/** How long what a worker offers counts as there without a heartbeat. */
const silentSeconds = 60

/** Whether a worker has given a sign of life lately. @param seenAt the column of its last heartbeat */
export const seenLately = (seenAt: SQLWrapper): SQL => sql`${seenAt} > now() - make_interval(secs => ${silentSeconds})`
