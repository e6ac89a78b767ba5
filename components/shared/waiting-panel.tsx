import { Check, Circle, LoaderCircle } from "lucide-react"
import { cn } from "@/components/ui/cn.ts"
import type { Evaluation, EvaluationPhase } from "@/contract/index.ts"

const steps: { phase: EvaluationPhase; label: string; sentence: string }[] = [
  { phase: "queued", label: "Queued", sentence: "Waiting for a free slot among the active runs." },
  {
    phase: "installing",
    label: "Installing the environment",
    sentence: "Its package and dependencies are being installed; a version that was used before installs quickly.",
  },
  { phase: "starting", label: "Starting", sentence: "The environment and its dataset are being loaded." },
  { phase: "running", label: "Running rollouts", sentence: "The first rollouts are in progress; each appears here as soon as it ends." },
]

const detailOf = (run: Evaluation): string | null | undefined => (run.waits_for ? `Waiting: ${run.waits_for}.` : run.phase_detail)

/** What a run does before its first rollout has finished. */
export function WaitingPanel({ run }: { run: Evaluation }) {
  const phase = run.phase ?? (run.status === "PENDING" ? "queued" : null)
  const at = steps.findIndex((step) => step.phase === phase)
  if (!run.is_hosted || at < 0) {
    return <p className="rounded-lg border bg-card p-4 text-muted-foreground text-sm">No samples have arrived yet.</p>
  }
  return (
    <section aria-label="Preparation" className="rounded-lg border bg-card p-4">
      <ol className="flex flex-col gap-2 text-sm">
        {steps.map((step, i) => {
          const Icon = i < at ? Check : i === at ? LoaderCircle : Circle
          return (
            <li
              key={step.phase}
              aria-current={i === at ? "step" : undefined}
              className={cn("flex items-start gap-2", i !== at && "text-muted-foreground")}
            >
              <Icon
                aria-hidden
                className={cn(
                  "mt-0.5 size-4 shrink-0",
                  i === at && "animate-spin text-info motion-reduce:animate-none",
                  i < at && "text-success",
                )}
              />
              <span className="break-anywhere">
                <span className={cn(i === at && "font-medium")}>{step.label}</span>
                {i < at && <span className="sr-only"> (done)</span>}
                {i === at && <span className="block text-muted-foreground">{detailOf(run) || step.sentence}</span>}
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
