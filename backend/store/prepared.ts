import type { Db } from "./db.ts"

/**
 * A query that nearly every request asks, and that finds its rows by keys alone: its text is made once for each database, and each connection keeps its plan, which is the
 * same for any values. Making both takes many times as long as running them.
 * @param name of this query alone, since a connection knows it by that
 * @param build the query with placeholders, prepared under the name that it is given
 */
export function prepared<Query>(name: string, build: (db: Db, name: string) => Query): (db: Db) => Query {
  const known = new WeakMap<Db, Query>()
  return (db) => {
    const query = known.get(db) ?? build(db, name)
    known.set(db, query)
    return query
  }
}
