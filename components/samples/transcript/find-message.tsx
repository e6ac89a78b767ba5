"use client"

import { useRouter } from "next/navigation"
import { useEffect } from "react"

/**
 * Leads a link to a message (`#message-4321`) to the part of a long transcript that has it: the server, which draws the parts, is not
 * told what stands behind the `#`.
 */
export function FindMessage() {
  const router = useRouter()
  useEffect(() => {
    const find = () => {
      const name = /^#message-([\d-]+)$/.exec(window.location.hash)?.[1]
      const address = new URL(window.location.href)
      if (!name || document.getElementById(`message-${name}`) || address.searchParams.get("message") === name) return
      address.searchParams.set("message", name)
      router.replace(`${address.pathname}${address.search}${address.hash}`)
    }
    find()
    window.addEventListener("hashchange", find)
    return () => window.removeEventListener("hashchange", find)
  }, [router])
  return null
}
