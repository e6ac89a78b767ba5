import { useQueryClient } from "@tanstack/react-query"
import { useEffect } from "react"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"

/** A run and its samples are read side by side. Where the run ended in between, fewer samples are here than it has: they are read again, once. */
export function useCompleteRead(run: Evaluation, samples: number): void {
  const client = useQueryClient()
  const { evaluation_id: id, total_samples: total } = run
  const isShort = !isActive(run.status) && samples < total
  // biome-ignore lint/correctness/useExhaustiveDependencies: another total is another reason to read
  useEffect(() => {
    if (!isShort) return
    for (const queryKey of [queryKeys.statistics(id), queryKeys.samples(id)]) void client.invalidateQueries({ queryKey })
  }, [client, id, isShort, total])
}
