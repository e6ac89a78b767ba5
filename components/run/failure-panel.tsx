import { CircleAlert } from "lucide-react"
import { CodePlace } from "@/components/shared/code-place.tsx"
import { statusWords } from "@/components/shared/run-facts.ts"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { runEndFailures } from "@/contract/failures/run-ends.ts"
import type { Evaluation } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import { Advice, Callout } from "./callout.tsx"
import { FixLink } from "./fix-link.tsx"

/** What the run failed with; a run that only has a message, or was stopped, is worded from that. */
function wordingOf(run: Evaluation) {
  if (run.failure) return run.failure
  const words =
    run.status === "CANCELLED"
      ? runEndFailures.cancelled
      : run.status === "TIMEOUT"
        ? runEndFailures.timeout
        : {
            title: "The evaluation failed",
            explanation: statusWords.FAILED.sentence.split(".")[0] ?? "",
            advice: "The log below may say more.",
          }
  return { ...words, exception: null, message: run.error_message, traceback: null, place: null, fix: null }
}

/** Why the run ended before it was done: what happened, where, and what to do about it. */
export function FailurePanel({ run }: { run: Evaluation }) {
  if (run.status !== "FAILED" && run.status !== "TIMEOUT" && run.status !== "CANCELLED") return null
  const { title, explanation, advice, exception, message, traceback, place, fix } = wordingOf(run)
  const said = [exception, message].filter(Boolean).join(": ")
  return (
    <Callout id="failure" tone={run.status === "CANCELLED" ? "warning" : "danger"} Icon={CircleAlert} title={title}>
      <p className="break-anywhere mt-1 max-w-prose text-sm">{explanation}</p>
      {said && <CodeBlock code={plainText(said)} label="error message" wrap className="mt-3" />}
      {place && <CodePlace place={place} className="mt-3" />}
      <Advice>{advice}</Advice>
      <FixLink run={run} fix={fix} />
      {traceback && (
        <details className="mt-3">
          <summary className="w-fit rounded-sm text-muted-foreground text-sm hover:text-foreground">Traceback</summary>
          <CodeBlock code={plainText(traceback)} label="traceback" className="mt-2" />
        </details>
      )}
    </Callout>
  )
}
