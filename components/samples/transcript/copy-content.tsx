"use client"

import { Check, Copy } from "lucide-react"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button.tsx"

/** Copies what an element shows. Long texts are not sent twice just to be copied. */
export function CopyContent({ targetId, label }: { targetId: string; label: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle")
  useEffect(() => {
    if (state === "idle") return
    const timer = setTimeout(() => setState("idle"), 2000)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(targetId)?.textContent ?? "")
      setState("copied")
    } catch {
      setState("failed")
    }
  }
  return (
    <>
      <Button variant="ghost" size="sm" icon aria-label={label} title={label} onClick={copy} className="text-muted-foreground">
        {state === "copied" ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
      </Button>
      <span role="status" className="sr-only">
        {state === "copied" ? "Copied" : state === "failed" ? "Copying failed; select the text instead" : ""}
      </span>
    </>
  )
}
