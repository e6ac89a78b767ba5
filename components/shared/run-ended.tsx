"use client"

import { usePathname, useRouter } from "next/navigation"
import { useRef } from "react"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Evaluation, EvaluationNotice } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { get } from "@/lib/api/browser.ts"
import { formatScore } from "@/lib/format.ts"
import { isolated } from "@/lib/isolated.ts"
import { useEvaluationNotices } from "@/lib/live/use-live.ts"
import { paths } from "@/lib/paths.ts"
import { wordsOf } from "./run-facts.ts"

const shownMs = 12_000

/** "Completed: 0.87"; without a mean the state alone. */
export const endText = (run: Pick<Evaluation, "status" | "stale" | "avg_score" | "error_message">): string => {
  const state = wordsOf(run)?.label ?? run.status
  if (run.status === "FAILED" && run.error_message) return `${state}: ${run.error_message}`
  return run.avg_score === null ? state : `${state}: mean reward ${formatScore(run.avg_score)}`
}

/**
 * Says that a run of this person has ended: in the dashboard where it is not seen anyway, and by the browser while another window is
 * looked at, if that was allowed. Renders nothing and is mounted once.
 */
export function RunEnded({ userId }: { userId: string }) {
  const pathname = usePathname()
  const router = useRouter()
  const toast = useToast()
  const underWay = useRef(new Set<string>())
  const tell = async (id: string) => {
    const run = await get("/evaluations/{evaluation_id}", { evaluation_id: id }).catch(() => null)
    if (!run || run.user_id !== userId || isActive(run.status)) return
    const title = isolated(run.name)
    const open = () => router.push(paths.evaluation(id))
    if (document.visibilityState === "hidden") {
      if (!("Notification" in window) || Notification.permission !== "granted") return
      // The tag makes one message of those of several tabs.
      const message = new Notification(title, { body: endText(run), tag: id })
      message.onclick = () => {
        window.focus()
        open()
      }
      return
    }
    const isSeen = pathname.endsWith("/evaluations") || pathname.startsWith(paths.evaluation(id))
    if (!isSeen) toast({ title, description: endText(run), shownMs, action: { label: "Open", run: open } })
  }
  useEvaluationNotices(({ evaluation_id: id, status, deleted }: EvaluationNotice) => {
    if (isActive(status)) underWay.current.add(id)
    else if (underWay.current.delete(id) && !deleted) void tell(id)
  })
  return null
}
