"use client"

import { Link as LinkIcon } from "lucide-react"
import { usePathname } from "next/navigation"
import { Button } from "@/components/ui/button.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"

/** Copies the address of the page that is shown, filters and all. It opens for those who may see the run. */
export function ShareButton() {
  const toast = useToast()
  const pathname = usePathname()
  const copy = async () => {
    const address = new URL(pathname + window.location.search + window.location.hash, window.location.href).href
    try {
      await navigator.clipboard.writeText(address)
      toast({ title: "Link copied", description: "It opens for everyone who may see this evaluation.", tone: "success" })
    } catch {
      toast({ title: "The link could not be copied", description: address, tone: "danger" })
    }
  }
  return (
    <Button onClick={copy} title="Copy the link to this page" className="max-sm:px-2">
      <LinkIcon aria-hidden className="sm:hidden" />
      <span className="max-sm:sr-only">Share</span>
    </Button>
  )
}
