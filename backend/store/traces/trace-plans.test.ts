import { expect, test } from "vitest"
import { databaseWithRows } from "../../testing/database-with-rows.ts"
import { planFaults } from "../../testing/plan-faults.ts"
import { listNodes } from "./list-nodes.ts"
import { findEpisode, findTrace, listEpisodes, listTraces, type TraceFilter } from "./list-traces.ts"
import { listSearchedTraces } from "./search-traces.ts"
import { listTraceRuns } from "./trace-runs.ts"

/** Of 60,000 traces of two accounts in runs of 100. */
const rows = 60_000
const filled = databaseWithRows(
  [
    `
      insert into episodes (owner, id, upload_id, run_id, outcome, has_error, digest, frame, gaps, created_at)
        select 'o' || i % 2, 'e' || i, 'u' || i / 500, 'r' || i / 100, 'ok', false, i::text, '', '{}', now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into traces (owner, id, upload_id, user_id, episode_key, episode_id, run_id, run_type, run_step, model_id, reward, outcome, has_error, is_truncated,
          duration_ms, total_tokens, size_bytes, nodes, model_turns, tool_calls, user_messages, metrics, context, created_at)
        select 'o' || i % 2, 't' || i, 'u' || i / 500, 'x', i, 'e' || i, 'r' || i / 100, 'eval', i % 7, 'm' || i % 5, (i % 11) / 10.0, 'ok', i % 9 = 0, false,
          i % 1000, 1, 1, 1, 1, 0, 1, '{}', '{"source": "s"}', now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into trace_nodes (trace_key, node, sampled, start, length) select i / 10, i % 10, false, 0, 0 from generate_series(10, ${rows}) i;
      analyze;`,
  ],
  60_000,
)

const faults = (work: () => Promise<unknown>) =>
  planFaults(filled().database, filled().url, new Set(["traces", "episodes", "trace_nodes"]), work)

const filters: TraceFilter[] = [
  {},
  { run_id: "r77" },
  { upload_id: ["u3", "u4"] },
  { has_error: true, context: { source: "s" } },
  { model_id: "m3", reward_min: 0.9 },
  { created_after: "2020-01-01T00:00:00Z" },
]

test.each(filters.map((filter) => ({ filter, title: JSON.stringify(filter) })))("traces by $title", async ({ filter }) => {
  for (const sort of ["created_at", "reward", "duration_ms"] as const) {
    const page = { limit: 50, sort }
    expect(await faults(() => listTraces(filled().database.db, "o1", filter, page))).toEqual([])
    const { next } = await listTraces(filled().database.db, "o1", filter, page)
    if (next) expect(await faults(() => listTraces(filled().database.db, "o1", filter, { ...page, cursor: next }))).toEqual([])
  }
})

test("episodes, one of anything, the nodes of a trace and the traces of a run", async () => {
  const { db } = filled().database
  for (const filter of [{}, { run_id: "r77", run_step: 3 }, { upload_id: ["u3"] }])
    expect(await faults(() => listEpisodes(db, "o1", filter, { limit: 50 }))).toEqual([])
  expect(await faults(() => findTrace(db, "o1", "t7777"))).toEqual([])
  expect(await faults(() => findEpisode(db, "o1", "e7777"))).toEqual([])
  expect(await faults(() => listNodes(db, 777, 3, 50))).toEqual([])
  expect(await faults(() => listTraceRuns(db, "o1", { runId: "r77" }, { limit: 1 }))).toEqual([])
  expect(await faults(() => listSearchedTraces(db, { owner: "o1", runId: "r77", candidates: null, fromKey: 0 }))).toEqual([])
})
