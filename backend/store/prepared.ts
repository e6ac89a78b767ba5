import type { Db } from "./db.ts"

/**
 * A query that nearly every request asks: its text is made once for each database. It has no name there, so that it may go through a pooler of transactions.
 * @param build the query with placeholders, prepared under the name that it is given
 */
export function prepared<Query>(build: (db: Db, name: string) => Query): (db: Db) => Query {
  const known = new WeakMap<Db, Query>()
  return (db) => {
    const query = known.get(db) ?? build(db, "")
    known.set(db, query)
    return query
  }
}
