"use client"

import { type Query, useQueryClient } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import type { Evaluation, EvaluationNotice, EvaluationStatus, ListEvaluationsResponse } from "@/contract/index.ts"
import { isActive, isTerminal } from "@/contract/run-states.ts"
import { listWithNotice, withNotice } from "@/lib/live/apply-notice.ts"
import { liveKeys, queryKeys } from "@/lib/live/query-keys.ts"
import { Throttle } from "@/lib/live/throttle.ts"
import { useLiveMessages } from "@/lib/live/use-live.ts"

const readAgainMs = 500
/** Statistics of large runs are long responses, and change less with each sample. */
const partsAgainMs = (samples: number) => (samples < 1000 ? readAgainMs : samples < 5000 ? 2000 : 5000)
/** Notices do not carry tokens and cost, which runs and lists show. */
const readRunAgainMs = 4000
const listsAgainMs = 5000
const justReadMs = 5000

/** Keeps everything that pages show about runs up to date. Renders nothing and is mounted once. */
export function LiveUpdates() {
  const client = useQueryClient()
  const [throttle] = useState(() => new Throttle())
  const [seen] = useState(() => new Map<string, EvaluationStatus>())
  useEffect(() => () => throttle.stop(), [throttle])

  const apply = (notice: EvaluationNotice) => {
    const id = notice.evaluation_id
    client.setQueriesData<ListEvaluationsResponse>({ queryKey: queryKeys.runLists }, (list) => (list ? listWithNotice(list, notice) : list))
    if (notice.deleted) {
      // Pages of the run read it once more, and find it gone.
      void client.invalidateQueries({ queryKey: queryKeys.run(id) })
      throttle.run("lists", readAgainMs, () => client.invalidateQueries({ queryKey: queryKeys.runLists }))
      return
    }
    client.setQueryData<Evaluation>(queryKeys.run(id), (run) => (run ? withNotice(run, notice) : run))
    // The members of a list change only when a run is new or changes its status.
    if (seen.get(id) !== notice.status) {
      seen.set(id, notice.status)
      throttle.run("lists", readAgainMs, () => client.invalidateQueries({ queryKey: queryKeys.runLists }))
      if (isTerminal(notice.status))
        for (const queryKey of [queryKeys.run(id), queryKeys.attempts(id)]) void client.invalidateQueries({ queryKey })
    }
    throttle.run("lists again", listsAgainMs, () => client.invalidateQueries({ queryKey: queryKeys.runLists }))
    throttle.run(`run ${id}`, readRunAgainMs, () =>
      Promise.all([queryKeys.run(id), queryKeys.attempts(id)].map((queryKey) => client.invalidateQueries({ queryKey }))),
    )
    throttle.run(`parts ${id}`, partsAgainMs(notice.samples), () =>
      Promise.all(
        [queryKeys.statistics(id), queryKeys.samples(id), queryKeys.logTail(id), queryKeys.runSandboxes(id)].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
    )
  }

  // What was just read and no longer changes need not be read again when the stream starts.
  const mayBeOld = ({ queryKey, state }: Query): boolean => {
    const [kind, id] = queryKey
    if (!liveKeys.includes(String(kind))) return false
    if (state.dataUpdatedAt < Date.now() - justReadMs) return true
    if (kind === "runs") return (state.data as ListEvaluationsResponse | undefined)?.evaluations.some((run) => isActive(run.status)) ?? true
    const run = client.getQueryData<Evaluation>(queryKeys.run(String(id)))
    return !run || isActive(run.status)
  }

  useLiveMessages({ notice: apply, hello: () => void client.invalidateQueries({ predicate: mayBeOld }) })
  return null
}
