"use client"

import { useRouter } from "next/navigation"
import { useEffect } from "react"

const everyMs = 15_000

/** Reads the page again from time to time, as long as somebody looks at it. */
export function ReadAgain() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [router])
  return null
}
