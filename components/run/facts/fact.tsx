import type { ReactNode } from "react"
import { expectedRollouts, harnessesOf, harnessText, sizeOf } from "@/components/shared/run-facts.ts"
import type { Evaluation } from "@/contract/index.ts"
import { nameText, stringifyExact } from "@/contract/text/exact-json.ts"
import { counted, formatCount } from "@/lib/format.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { isGiven } from "@/lib/run-config/values.ts"

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

/** The values of an object, a line for each. */
export function Values({ name, values }: { name: string; values: unknown }) {
  const given = isPlainObject(values) ? Object.entries(values).filter(([, value]) => isGiven(value)) : []
  if (given.length === 0) return null
  return (
    <Fact name={name}>
      {given.map(([key, value]) => {
        const line = `${nameText(key)} = ${stringifyExact(value)}`
        return (
          <span key={key} dir="auto" className="line-clamp-3 font-mono print:line-clamp-none" title={line}>
            {line}
          </span>
        )
      })}
    </Fact>
  )
}

/** "20 × 5, 100 of 100 done". */
export function sizeWords(run: Evaluation): string {
  const expected = expectedRollouts(run)
  const done = formatCount(run.total_samples)
  const size = sizeOf(run)
  const part = `${expected === null || expected === run.total_samples ? done : `${done} of ${formatCount(expected)}`} done`
  return size === "–" ? counted(run.total_samples, "rollout") : `${size}, ${part}`
}
