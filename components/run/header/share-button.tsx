"use client"

import { Link as LinkIcon } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Button } from "@/components/ui/button.tsx"

const ShareDialog = lazy(() => import("./share-dialog.tsx").then((module) => ({ default: module.ShareDialog })))

interface ShareButtonProps {
  runId: string
  runName: string
  /** Whether this platform makes links that open without an account. */
  canShare: boolean
}

/** Opens the ways to share the page that is shown, or the run. */
export function ShareButton(props: ShareButtonProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setIsOpen(true)} aria-haspopup="dialog" className="max-sm:px-2">
        <LinkIcon aria-hidden className="sm:hidden" />
        <span className="max-sm:sr-only">Share</span>
      </Button>
      <Suspense>{isOpen && <ShareDialog {...props} onClose={() => setIsOpen(false)} />}</Suspense>
    </>
  )
}
