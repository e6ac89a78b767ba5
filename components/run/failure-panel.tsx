import { CircleAlert, Wrench } from "lucide-react"
import { fixHref } from "@/components/launch/launch-fix.ts"
import { CodePlace } from "@/components/shared/code-place.tsx"
import { statusWords } from "@/components/shared/run-facts.ts"
import { ButtonLink } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { plainFailure } from "@/contract/failures/classes.ts"
import type { Evaluation } from "@/contract/index.ts"
import { plainText } from "@/contract/terminal-text.ts"

/** What the run failed with; a run that only has a message, or was stopped, is worded from that. */
function wordingOf(run: Evaluation) {
  if (run.failure) return run.failure
  const words =
    run.status === "CANCELLED"
      ? plainFailure("cancelled")
      : run.status === "TIMEOUT"
        ? plainFailure("timeout")
        : {
            ...plainFailure("platform"),
            title: "The evaluation failed",
            explanation: statusWords.FAILED.sentence.split(".")[0] ?? "",
            advice: "The log below may say more.",
          }
  return { ...words, message: run.error_message }
}

/** Why the run ended before it was done: what happened, where, and what to do about it. */
export function FailurePanel({ run }: { run: Evaluation }) {
  if (run.status !== "FAILED" && run.status !== "TIMEOUT" && run.status !== "CANCELLED") return null
  const { title, explanation, advice, exception, message, traceback, place, fix } = wordingOf(run)
  const stopped = run.status === "CANCELLED"
  const said = [exception, message].filter(Boolean).join(": ")
  const href = fixHref(run, fix)
  return (
    <section
      aria-labelledby="failure"
      className={cn("min-w-0 rounded-lg border border-l-4 bg-card p-4", stopped ? "border-l-warning" : "border-l-danger-fill")}
    >
      <h2 id="failure" className={cn("flex items-start gap-2 font-semibold text-base", stopped ? "text-warning" : "text-danger")}>
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="break-anywhere">{title}</span>
      </h2>
      <p className="break-anywhere mt-1 max-w-prose text-sm">{explanation}</p>
      {said && <CodeBlock code={plainText(said)} label="error message" wrap className="mt-3" />}
      {place && <CodePlace place={place} className="mt-3" />}
      <p className="break-anywhere mt-3 max-w-prose text-sm">
        <span className="font-medium">What to do: </span>
        {advice}
      </p>
      {href && fix && (
        <ButtonLink href={href} variant="primary" className="mt-3 h-auto min-h-8 max-w-full whitespace-normal py-1">
          <Wrench aria-hidden />
          {fix.label}
        </ButtonLink>
      )}
      {traceback && (
        <details className="mt-3">
          <summary className="w-fit rounded-sm text-muted-foreground text-sm hover:text-foreground">Traceback</summary>
          <CodeBlock code={plainText(traceback)} label="traceback" className="mt-2" />
        </details>
      )}
    </section>
  )
}
