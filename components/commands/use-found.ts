import { useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { get } from "@/lib/api/browser.ts"
import { serverNow } from "@/lib/clock.ts"
import { formatAge } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import type { Command } from "./commands.ts"

const typingPauseMs = 200
const shownMax = 6

/** A text once nothing was typed for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), typingPauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}

/** Environments and evaluations with these words in their names, the newest first; without words, the newest of all. */
export function useFound(text: string) {
  const search = usePaused(text.trim()).slice(0, 200)
  const query = { limit: shownMax, ...(search === "" ? {} : { search }) }
  const options = { staleTime: 30_000, retry: false, placeholderData: <T>(before: T) => before }
  const environments = useQuery({
    queryKey: ["palette-environments", search],
    queryFn: async ({ signal }): Promise<Command[]> =>
      (await get("/environmentshub/", {}, { ...query, include_teams: "true" }, signal)).data.map(({ id, name, owner }) => ({
        id: `environment ${id}`,
        label: `${owner.name}/${name}`,
        href: paths.environment(owner.name, name),
      })),
    ...options,
  })
  const runs = useQuery({
    queryKey: ["palette-runs", search],
    queryFn: async ({ signal }): Promise<Command[]> =>
      (await get("/evaluations/", {}, query, signal)).evaluations.map((run) => ({
        id: `run ${run.evaluation_id}`,
        label: run.name,
        note: [run.inference_model ?? run.model_name, formatAge(run.created_at, serverNow())].filter(Boolean).join(" · "),
        href: paths.evaluation(run.evaluation_id),
      })),
    ...options,
  })
  return {
    environments: environments.data ?? [],
    runs: runs.data ?? [],
    isPending: search !== text.trim() || environments.isFetching || runs.isFetching,
    failed: environments.error ?? runs.error,
  }
}
