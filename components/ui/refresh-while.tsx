"use client"

import { useRouter } from "next/navigation"
import { useEffect } from "react"

const askAgainMs = 3000

/** Refreshes the page every few seconds while something on it is active. */
export function RefreshWhile({ active }: { active: boolean }) {
  const router = useRouter()
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh()
    }, askAgainMs)
    return () => clearInterval(timer)
  }, [active, router])
  return null
}
