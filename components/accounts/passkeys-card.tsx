"use client"

import { Plus } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Passkey } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { AddPasskey } from "./add-passkey.tsx"
import { removePasskey } from "./passkey-actions.ts"

/** Keys in a person's devices and password managers, which sign in without a password. */
export function PasskeysCard({ passkeys }: { passkeys: readonly Passkey[] }) {
  const [isAdding, setIsAdding] = useState(false)
  const [leaving, setLeaving] = useState<Passkey | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const remove = () => {
    if (!leaving) return
    run(
      () => removePasskey(leaving.id),
      () => {
        setLeaving(null)
        toast({ title: `The passkey “${isolated(leaving.name)}” was removed`, tone: "success" })
      },
    )
  }
  return (
    <Card aria-labelledby="passkeys">
      <CardHeader
        id="passkeys"
        title="Passkeys"
        action={
          <Button size="sm" onClick={() => setIsAdding(true)}>
            <Plus aria-hidden />
            Add a passkey
          </Button>
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        A key in this device, a phone or a password manager: it signs in without a password, and cannot be given away by mistake.
      </p>
      {passkeys.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">You have no passkeys.</p>
      ) : (
        <ul className="border-t">
          {passkeys.map((passkey) => (
            <li key={passkey.id} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
              <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
                <bdi className="break-anywhere font-medium text-sm">{passkey.name}</bdi>
                <span className="text-muted-foreground text-xs">
                  added <TimeAgo at={passkey.created_at} />,{" "}
                  {passkey.last_used_at === null ? (
                    "never used"
                  ) : (
                    <>
                      used <TimeAgo at={passkey.last_used_at} />
                    </>
                  )}
                </span>
              </div>
              <Button
                size="sm"
                aria-label={`Remove ${passkey.name}`}
                onClick={() => {
                  clear()
                  setLeaving(passkey)
                }}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AddPasskey isOpen={isAdding} onClose={() => setIsAdding(false)} />
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={remove}
        title="Remove this passkey?"
        confirmLabel="Remove"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.name}</bdi>
          </strong>{" "}
          signs nobody in any more. Sessions that it has begun go on until they are ended.
        </p>
      </ConfirmDialog>
    </Card>
  )
}
