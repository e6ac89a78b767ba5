"use client"

import { unstable_rethrow } from "next/navigation"
import { useState, useTransition } from "react"
import type { FieldProblem } from "@/lib/api/error.ts"
import type { ActionResult } from "@/lib/form-action.ts"

export interface Refusal {
  message: string
  problems: FieldProblem[]
}

/** Runs a server action and keeps what it refused, for the form or dialog that asked. */
export function useWrite() {
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isPending, startTransition] = useTransition()
  const run = <T>(action: () => Promise<ActionResult<T>>, onDone: (value: T) => void) => {
    setRefusal(null)
    startTransition(async () => {
      let result: ActionResult<T>
      try {
        result = await action()
      } catch (error) {
        unstable_rethrow(error)
        result = { ok: false, message: "The platform could not be reached. Nothing was changed.", problems: [] }
      }
      if (result.ok) onDone(result.value)
      else setRefusal({ message: result.message, problems: result.problems })
    })
  }
  return { run, isPending, refusal, clear: () => setRefusal(null) }
}
