import type { ReactNode } from "react"
import { harnessesOf, harnessText } from "@/components/shared/run-facts.ts"
import type { Evaluation } from "@/contract/index.ts"

/** A fact; nothing where there is none. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined) return null
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="break-anywhere min-w-0">{children}</dd>
    </>
  )
}

/** The harnesses that a run's agents play in; nothing for a run without one. */
export function HarnessFact({ run }: { run: Evaluation }) {
  const harnesses = harnessesOf(run)
  if (harnesses.length === 0) return null
  return (
    <Fact name={harnesses.length > 1 ? "Harnesses" : "Harness"}>
      <span className="font-mono" title={harnesses.map(harnessText).join("\n")}>
        {[...new Set(harnesses.map(({ harness }) => harness))].join(", ")}
      </span>
    </Fact>
  )
}
