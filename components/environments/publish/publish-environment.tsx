"use client"

import { Upload } from "lucide-react"
import dynamic from "next/dynamic"
import { useEffect, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { ChosenFile } from "@/lib/packages/chosen-files.ts"
import { droppedEntries } from "@/lib/packages/dropped-entries.ts"

const PublishForm = dynamic(() => import("./publish-form.tsx").then((module) => module.PublishForm), {
  ssr: false,
  loading: () => <Spinner label="Loading the form" />,
})

/** Publishes an environment that is chosen, or dropped anywhere on the page. */
export function PublishEnvironment() {
  const [isOpen, setIsOpen] = useState(false)
  const [dropped, setDropped] = useState<Promise<ChosenFile[]> | null>(null)
  useEffect(() => {
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false
    const over = (event: DragEvent) => {
      if (isFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      const { dataTransfer } = event
      if (!isFiles(event) || !dataTransfer || event.defaultPrevented) return
      event.preventDefault()
      // The entries are gone once the event is over, so they are taken before the reader is loaded.
      const entries = droppedEntries(dataTransfer.items)
      setDropped(import("@/lib/packages/chosen-files.ts").then(({ filesBelow }) => filesBelow(entries)))
      setIsOpen(true)
    }
    window.addEventListener("dragover", over)
    window.addEventListener("drop", drop)
    return () => {
      window.removeEventListener("dragover", over)
      window.removeEventListener("drop", drop)
    }
  }, [])
  const close = () => {
    setIsOpen(false)
    setDropped(null)
  }
  return (
    <>
      <Button variant="primary" onClick={() => setIsOpen(true)}>
        <Upload aria-hidden />
        Publish an environment
      </Button>
      <Dialog open={isOpen} onClose={close} size="lg" title="Publish an environment">
        {isOpen && <PublishForm dropped={dropped} onClose={close} />}
      </Dialog>
    </>
  )
}
