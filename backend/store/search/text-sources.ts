import { type SQL, sql } from "drizzle-orm"
import { askIndex } from "../bounded-search.ts"
import type { Db } from "../db.ts"
import type { BlockTest } from "../samples/block-test.ts"
import { fitting } from "../samples/sample-filter.ts"
import { evaluations, samples } from "../schema.ts"
import type { Viewer } from "../viewer.ts"
import { beyondAll, type SearchFilter, type SearchPlace, searchedRuns } from "./searched-runs.ts"

/** A block of texts that matches. */
export interface FoundBlock {
  runId: string
  createdAt: string
  seq: number
  place: number
  /** The sample's id, or the run's for its log. */
  ownerId: string
}

export interface LookedThrough {
  found: Omit<FoundBlock, "createdAt">[]
  /** The last block that was looked at; null where there was none. */
  last: { runId: string; seq: number; place: number } | null
  /** Nothing of these runs comes behind it. */
  isEnd: boolean
}

export interface Search {
  viewer: Viewer
  filter: SearchFilter
  test: BlockTest
}

/** Where texts are: those of samples, or of logs. */
export interface TextSource {
  /** The table of the texts, and its column that `FoundBlock.ownerId` is of. */
  table: SQL
  ownerColumn: SQL
  /** Looks through up to `count` samples and blocks of these runs, behind a place in the first of them. */
  lookThrough: (db: Db, search: Search, runIds: string[], behind: SearchPlace | null, count: number) => Promise<LookedThrough>
  /** The texts t that match and their run and sample, all of them, for those which fit the filters. */
  joined: (search: Search) => { rows: SQL; ownerId: SQL; seq: SQL }
}

/** More blocks than that are not collected out of the index: the text is then frequent, and soon found by looking through them. */
const foundMax = 1000
const probeMs = 120
/** How long a statement of a search may take. */
export const statementMs = 3000

interface LookRow extends Record<string, unknown> {
  run: string
  seq: number
  owner: string
  place: number | null
  hit: boolean
}

const lookedThrough = (rows: LookRow[], isEnd: boolean): LookedThrough => {
  const last = rows.at(-1)
  return {
    found: rows.flatMap(({ run, seq, owner, place, hit }) => (hit && place !== null ? [{ runId: run, seq, ownerId: owner, place }] : [])),
    last: last ? { runId: last.run, seq: last.seq, place: last.place ?? beyondAll } : null,
    isEnd,
  }
}

const firstRuns = (runIds: string[]) => sql`unnest(${sql.param(runIds)}::text[]) with ordinality r(id, nth)`

export const textSources: Record<"samples" | "logs", TextSource> = {
  samples: {
    table: sql`sample_texts`,
    ownerColumn: sql`sample_id`,
    lookThrough: async (db, { filter, test }, runIds, behind, count) => {
      const seq = behind?.seq ?? 0
      const { rows } = await db.execute<LookRow>(sql`
          with s as materialized (
            select r.nth, r.id as run, s.* from ${firstRuns(runIds)} cross join lateral (
              select ${samples.seq} as seq, ${samples.id} as id from ${samples}
              where ${samples.evaluationId} = r.id and ${samples.seq} >= case when r.nth = 1 then ${seq}::int else 0 end and ${fitting(filter)}
              order by ${samples.seq} limit ${count}
            ) s order by r.nth, s.seq limit ${count}
          ), t as materialized (
            select s.nth, s.run, s.seq, s.id, t.place, t.text from s left join lateral (
              select place, text from sample_texts t
              where t.sample_id = s.id and t.place > case when s.nth = 1 and s.seq = ${seq} then ${behind?.place ?? -1}::int else -1 end
              order by t.place limit ${count}
            ) t on true order by s.nth, s.seq, t.place limit ${count}
          )
          select t.run, t.seq, t.id as owner, t.place, coalesce(${test.matches}, false) as hit from t order by t.nth, t.seq, t.place`)
      return lookedThrough(rows, rows.length < count && new Set(rows.map(({ owner }) => owner)).size < count)
    },
    joined: ({ filter }) => ({
      rows: sql`t join ${samples} on ${samples.id} = t.sample_id and ${fitting(filter)} join ${evaluations} on ${evaluations.id} = ${samples.evaluationId}`,
      ownerId: sql`${samples.id}`,
      seq: sql`${samples.seq}`,
    }),
  },
  logs: {
    table: sql`log_texts`,
    ownerColumn: sql`evaluation_id`,
    lookThrough: async (db, { test }, runIds, behind, count) => {
      const { rows } = await db.execute<LookRow>(sql`
          with t as materialized (
            select r.nth, r.id as run, t.* from ${firstRuns(runIds)} cross join lateral (
              select place, text from log_texts t
              where t.evaluation_id = r.id and t.place > case when r.nth = 1 then ${behind?.place ?? -1}::int else -1 end
              order by t.place limit ${count}
            ) t order by r.nth, t.place limit ${count}
          )
          select t.run, 0 as seq, t.run as owner, t.place, ${test.matches} as hit from t order by t.nth, t.place`)
      return lookedThrough(rows, rows.length < count)
    },
    joined: () => ({
      rows: sql`t join ${evaluations} on ${evaluations.id} = t.evaluation_id`,
      ownerId: sql`t.evaluation_id`,
      seq: sql`0`,
    }),
  },
}

/**
 * The blocks behind a place that match, as the index of all of the viewer's texts names them, in the order of the search; null where they
 * are too many, or it cannot tell quickly.
 * @param db the transaction of the search
 */
export async function probeIndex(
  db: Db,
  source: TextSource,
  search: Search,
  narrow: SQL,
  behind: SearchPlace | null,
): Promise<FoundBlock[] | null> {
  const { viewer, filter, test } = search
  const owners = [...(viewer.userId === null ? [] : [viewer.userId]), ...viewer.teamIds]
  const { rows, ownerId, seq } = source.joined(search)
  const key = sql`${evaluations.createdAt}, ${evaluations.id}`
  const isBehind =
    behind &&
    sql`and ((${key}) < (${behind.createdAt}::timestamptz, ${behind.runId})
      or (${evaluations.id} = ${behind.runId} and (${seq}, t.place) > (${behind.seq}::int, ${behind.place}::int)))`
  const answer = await askIndex(db, probeMs, async (tx) => {
    const found = await tx.execute<{ total: number; found: string | null }>(sql`
      with t as materialized (
        select t.${source.ownerColumn}, t.place from ${source.table} t
        where t.owner = any(${sql.param(owners)}::text[]) and ${narrow} and ${test.matches} limit ${foundMax + 1}
      )
      select (select count(*)::int from t) as total,
        (select json_agg(json_build_array(${evaluations.id}, ${evaluations.createdAt}::text, ${seq}, t.place, ${ownerId})
            order by ${evaluations.createdAt} desc, ${evaluations.id} desc, ${seq}, t.place)
          from ${rows} where ${searchedRuns(viewer, filter)} ${isBehind ?? sql``}) as found`)
    // It is a part of the transaction around it, which goes on.
    await tx.execute(sql.raw(`set local statement_timeout = ${statementMs}; set local enable_seqscan = on`))
    return found
  })
  const row = answer?.rows[0]
  if (!row || row.total > foundMax) return null
  const found = JSON.parse(row.found ?? "[]") as [string, string, number, number, string][]
  return found.map(([runId, createdAt, of, place, id]) => ({ runId, createdAt, seq: of, place, ownerId: id }))
}
