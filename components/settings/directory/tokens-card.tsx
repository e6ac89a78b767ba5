"use client"

import { Plus } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { DirectoryToken } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { KeyRow } from "../key-row.tsx"
import { revokeDirectoryToken } from "./actions.ts"
import { NewToken } from "./new-token.tsx"

/** What directories speak with. A token's value is shown once, right after it was made. */
export function TokensCard({ tokens }: { tokens: readonly DirectoryToken[] }) {
  const [isCreating, setIsCreating] = useState(false)
  const [leaving, setLeaving] = useState<DirectoryToken | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const revoke = () => {
    if (!leaving) return
    run(
      () => revokeDirectoryToken(leaving.id),
      () => {
        setLeaving(null)
        toast({ title: "The token was revoked", tone: "success" })
      },
    )
  }
  return (
    <Card aria-labelledby="tokens">
      <CardHeader
        id="tokens"
        title="Tokens"
        action={
          <Button size="sm" onClick={() => setIsCreating(true)}>
            <Plus aria-hidden />
            New token
          </Button>
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        A directory such as Okta or Entra makes, changes and switches off accounts by SCIM 2.0. With its token it reads and writes people
        and groups, and nothing else.
      </p>
      {tokens.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">No directory is connected.</p>
      ) : (
        <ul className="border-t">
          {tokens.map((token) => (
            <KeyRow
              key={token.id}
              of={token}
              onRevoke={() => {
                clear()
                setLeaving(token)
              }}
            >
              <span className="text-muted-foreground text-xs">
                made by <bdi>{token.made_by}</bdi> <TimeAgo at={token.created_at} />
              </span>
            </KeyRow>
          ))}
        </ul>
      )}
      <NewToken isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={revoke}
        title="Revoke this token?"
        confirmLabel="Revoke"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          The directory that uses{" "}
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.name}</bdi>
          </strong>{" "}
          is refused from now on. Accounts and memberships stay as they are: nobody who leaves is switched off by it any more.
        </p>
      </ConfirmDialog>
    </Card>
  )
}
