"use client"

import { useSyncExternalStore } from "react"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { primeVariables } from "@/lib/prime-variables.ts"

const never = () => () => {}

/** What to set in a terminal so that the prime CLI speaks with this platform, for a team where one is given; folded away. */
export function TerminalVariables({ teamId = null }: { teamId?: string | null }) {
  const origin = useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "",
  )
  return (
    <details className="min-w-0 text-muted-foreground text-xs">
      <summary className="cursor-pointer">In a new terminal, point the CLI at this platform first</summary>
      <CodeBlock code={primeVariables(origin, teamId)} label="variables" className="mt-2" />
    </details>
  )
}
