"use client"

import { Link as LinkIcon } from "lucide-react"
import { Button } from "@/components/ui/button.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { paths } from "@/lib/paths.ts"

/** Copies the address of a run's page. It opens for those who may see the run. */
export function CopyLink({ id }: { id: string }) {
  const toast = useToast()
  const copy = async () => {
    const address = new URL(paths.evaluation(id), window.location.href).href
    try {
      await navigator.clipboard.writeText(address)
      toast({ title: "Link copied", tone: "success" })
    } catch {
      toast({ title: "The link could not be copied", description: address, tone: "danger" })
    }
  }
  return (
    <Button onClick={copy}>
      <LinkIcon aria-hidden />
      Copy link
    </Button>
  )
}
