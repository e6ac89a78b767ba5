import { problemWords } from "@/contract/failures/sample-problems.ts"
import type { SampleProblem } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import { CodePlace } from "./code-place.tsx"

/** An exception in one readable line. */
export function problemLine({ exception, message, function: name }: Pick<SampleProblem, "exception" | "message" | "function">): string {
  const said = [exception, message].filter(Boolean).join(": ")
  if (name === null) return plainText(said)
  return plainText(exception ? `Reward function ${name} raised ${said}` : `Reward function ${name} ${said}`)
}

/** One thing that went wrong in a rollout: what, where, and what to do about it. */
export function SampleProblemText({ problem }: { problem: SampleProblem }) {
  const { title, explanation, advice } = problemWords(problem)
  const said = problemLine(problem)
  return (
    <div className="flex min-w-0 flex-col gap-2 text-sm">
      <h4 className="break-anywhere font-medium">{title}</h4>
      {said && <p className="break-anywhere line-clamp-6 font-mono text-xs leading-5">{said}</p>}
      {problem.place && <CodePlace place={problem.place} />}
      <p className="break-anywhere text-muted-foreground text-xs">{`${explanation} ${advice}`}</p>
    </div>
  )
}
