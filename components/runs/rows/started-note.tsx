"use client"

import { useEffect, useState } from "react"
import type { Evaluation } from "@/contract/index.ts"

/** Announces once, politely, the runs that the launch form has just started. */
export function StartedNote({ runs, started }: { runs: readonly Evaluation[]; started: readonly string[] }) {
  const [text, setText] = useState("")
  const names = runs.filter((run) => started.includes(run.evaluation_id)).map((run) => run.name)
  const words = names.length === 0 ? "" : `Started: ${names.join(", ")}`
  useEffect(() => {
    // A live region is read when its text changes after it is on the page.
    const timer = setTimeout(() => setText(words), 100)
    return () => clearTimeout(timer)
  }, [words])
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  )
}
