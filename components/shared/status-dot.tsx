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

/** A run's state as a shape, with its word beside it unless the run is completed, which is the normal case. */
export function StatusDot({ run }: { run: Pick<Evaluation, "status" | "stale"> }) {
  // A platform that is newer than this page may know more statuses.
  const { label, sentence } = wordsOf(run) ?? { label: run.status, sentence: "This page does not know this status." }
  const isFailure = run.status === "FAILED" || run.status === "TIMEOUT"
  return (
    <Tooltip content={sentence} className="shrink-0">
      <span className={cn("inline-flex items-center gap-2 text-sm", isFailure ? "text-danger" : "text-muted-foreground")}>
        <span
          aria-hidden
          className={cn(
            "block size-2 shrink-0",
            run.stale ? "rounded-full border-2 border-warning border-dashed" : (looks[run.status] ?? looks.CANCELLED),
          )}
        />
        <span className={cn(run.status === "COMPLETED" && "sr-only")}>{label}</span>
      </span>
    </Tooltip>
  )
}
