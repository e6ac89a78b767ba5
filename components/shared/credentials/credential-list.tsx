"use client"

import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { ActionResult } from "@/lib/form-action.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"

interface CredentialListProps<T> {
  items: readonly T[]
  keyOf: (item: T) => string
  nameOf: (item: T) => string
  /** What else is known of one. */
  factsOf: (item: T) => ReactNode
  remove: (item: T) => Promise<ActionResult<null>>
  /** What one is, in the middle of a sentence. */
  noun: string
  /** What comes of its removal, after its name. */
  consequence: string
  empty: string
}

/** What a person signs in or is let in with: each is removed after a question. */
export function CredentialList<T>({ items, keyOf, nameOf, factsOf, remove, noun, consequence, empty }: CredentialListProps<T>) {
  const [leaving, setLeaving] = useState<T | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const confirm = () => {
    if (leaving === null) return
    run(
      () => remove(leaving),
      () => {
        setLeaving(null)
        toast({ title: `The ${noun} “${isolated(nameOf(leaving))}” was removed`, tone: "success" })
      },
    )
  }
  return (
    <>
      {items.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">{empty}</p>
      ) : (
        <ul className="border-t">
          {items.map((item) => (
            <li key={keyOf(item)} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
              <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5 text-muted-foreground text-xs">
                <bdi className="break-anywhere font-medium text-foreground text-sm">{nameOf(item)}</bdi>
                {factsOf(item)}
              </div>
              <Button
                size="sm"
                aria-label={`Remove ${nameOf(item)}`}
                onClick={() => {
                  clear()
                  setLeaving(item)
                }}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={confirm}
        title={`Remove this ${noun}?`}
        confirmLabel="Remove"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          <strong className="font-medium text-foreground">
            <bdi>{leaving !== null && nameOf(leaving)}</bdi>
          </strong>{" "}
          {consequence}
        </p>
      </ConfirmDialog>
    </>
  )
}
