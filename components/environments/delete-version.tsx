"use client"

import { Trash2 } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { deleteVersion } from "./actions.ts"

interface DeleteVersionProps {
  owner: string
  name: string
  version: string
  hash: string
  isLatest: boolean
}

export function DeleteVersion({ owner, name, version, hash, isLatest }: DeleteVersionProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const confirm = () =>
    run(
      () => deleteVersion(owner, name, hash),
      () => {
        setIsOpen(false)
        toast({ title: `Version ${version} was deleted`, tone: "success" })
      },
    )
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        icon
        aria-label={`Delete version ${version} (${hash.slice(0, 8)})`}
        title="Delete"
        onClick={() => {
          clear()
          setIsOpen(true)
        }}
      >
        <Trash2 aria-hidden />
      </Button>
      <ConfirmDialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        onConfirm={confirm}
        title={`Delete version ${version}?`}
        confirmLabel="Delete"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="text-muted-foreground">
          Its files are deleted and it can no longer be installed. Evaluations that used it are kept.
          {isLatest && " The version before it becomes the newest one."} This cannot be undone.
        </p>
      </ConfirmDialog>
    </>
  )
}
