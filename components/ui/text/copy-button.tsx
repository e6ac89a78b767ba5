"use client"

import { Check, Copy } from "lucide-react"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button.tsx"

interface CopyButtonProps {
  /** The text, or the id of the element that shows it: long texts are not sent to the browser twice just to be copied. */
  text: string | { fromId: string }
  /** What is copied, for screen readers: "Copy the command". */
  label: string
  /** Shows the words too, not only the icon. */
  children?: string
  className?: string
}

export function CopyButton({ text, label, children, className }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle")
  useEffect(() => {
    if (state === "idle") return
    const timer = setTimeout(() => setState("idle"), 2000)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : (document.getElementById(text.fromId)?.textContent ?? ""))
      setState("copied")
    } catch {
      setState("failed")
    }
  }
  return (
    <>
      <Button variant="ghost" size="sm" icon={!children} aria-label={label} title={label} onClick={copy} className={className}>
        {state === "copied" ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
        {children}
      </Button>
      <span role="status" className="sr-only">
        {state === "copied" ? "Copied" : state === "failed" ? "Copying failed; select the text instead" : ""}
      </span>
    </>
  )
}
