import { cn } from "@/components/ui/cn.ts"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { wordsOf } from "./run-facts.ts"

const live = "rounded-full bg-accent motion-safe:animate-pulse"
const failed = "rotate-45 rounded-[1px] border-2 border-danger"
const looks: Record<Evaluation["status"], string> = {
  PENDING: "rounded-full border-2 border-accent",
  RUNNING: live,
  PROCESSING: live,
  COMPLETED: "rounded-full bg-border-strong",
  FAILED: failed,
  TIMEOUT: failed,
  CANCELLED: "rounded-full border-2 border-muted-foreground",
}

/** A run's state as a shape of one size, whatever it is, so that nothing beside it moves when the state changes. */
export function StatusDot({ run }: { run: Pick<Evaluation, "status" | "stale"> }) {
  // A platform that is newer than this page may know more statuses.
  const { label, sentence } = wordsOf(run) ?? { label: run.status, sentence: "This page does not know this status." }
  return (
    <Tooltip content={sentence} className="shrink-0">
      <span
        aria-hidden
        className={cn(
          "block size-2 shrink-0",
          run.stale ? "rounded-full border-2 border-warning border-dashed" : (looks[run.status] ?? looks.CANCELLED),
        )}
      />
      {!needsWord(run) && <span className="sr-only">{label}</span>}
    </Tooltip>
  )
}

const needsWord = ({ status, stale }: Pick<Evaluation, "status" | "stale">): boolean =>
  stale === true || status === "FAILED" || status === "TIMEOUT" || status === "CANCELLED"

/** The word for a state that is not the normal course of things; nothing for one that is. */
export function StatusWord({ run }: { run: Pick<Evaluation, "status" | "stale"> }) {
  if (!needsWord(run)) return null
  const isFailure = run.status === "FAILED" || run.status === "TIMEOUT"
  return <span className={cn("shrink-0", isFailure && "text-danger")}>{wordsOf(run)?.label}</span>
}
