"use client"

import { Plus } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { keyScopes } from "@/contract/access/roles.ts"
import type { ApiKey } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { revokeApiKey } from "./actions.ts"
import { KeyRow } from "./key-row.tsx"
import { NewKey } from "./new-key.tsx"

/** Keys for the prime CLI and for programs. A key's value is shown once, right after it was created. */
export function ApiKeysCard({ keys }: { keys: readonly ApiKey[] }) {
  const [isCreating, setIsCreating] = useState(false)
  const [leaving, setLeaving] = useState<ApiKey | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const revoke = () => {
    if (!leaving) return
    run(
      () => revokeApiKey(leaving.id),
      () => {
        setLeaving(null)
        toast({ title: `The key “${isolated(leaving.name)}” was revoked`, tone: "success" })
      },
    )
  }
  return (
    <Card aria-labelledby="api-keys">
      <CardHeader
        id="api-keys"
        title="API keys"
        action={
          <Button size="sm" onClick={() => setIsCreating(true)}>
            <Plus aria-hidden />
            New key
          </Button>
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        The prime CLI and other programs sign in with a key. It can do what you can do, or only some of that.
      </p>
      {keys.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">You have no API keys.</p>
      ) : (
        <ul className="border-t">
          {keys.map((key) => (
            <KeyRow
              key={key.id}
              of={key}
              onRevoke={() => {
                clear()
                setLeaving(key)
              }}
            >
              <span className="text-muted-foreground text-xs">{scopesText(key.scopes)}</span>
              <span className="text-muted-foreground text-xs">
                created <TimeAgo at={key.created_at} />
              </span>
            </KeyRow>
          ))}
        </ul>
      )}
      <NewKey isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={revoke}
        title="Revoke this key?"
        confirmLabel="Revoke"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          Whatever uses{" "}
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.name}</bdi>
          </strong>{" "}
          ({leaving?.prefix}…) will be refused from now on. This cannot be undone.
        </p>
      </ConfirmDialog>
    </Card>
  )
}

const scopesText = (scopes: readonly string[]): string => (scopes.length === keyScopes.length ? "everything" : scopes.join(", "))
