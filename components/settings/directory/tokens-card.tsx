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
            <li key={token.id} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
              <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
                <bdi className="break-anywhere font-medium text-sm">{token.name}</bdi>
                <span className="font-mono text-muted-foreground text-xs">{token.prefix}…</span>
                <span className="text-muted-foreground text-xs">
                  made by <bdi>{token.made_by}</bdi> <TimeAgo at={token.created_at} />
                </span>
                <span className="text-muted-foreground text-xs">
                  {token.last_used_at ? (
                    <>
                      last used <TimeAgo at={token.last_used_at} />
                    </>
                  ) : (
                    "never used"
                  )}
                </span>
                {token.expires_at && <Expiry at={token.expires_at} />}
              </div>
              <Button
                size="sm"
                aria-label={`Revoke ${token.name}`}
                onClick={() => {
                  clear()
                  setLeaving(token)
                }}
              >
                Revoke
              </Button>
            </li>
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

function Expiry({ at }: { at: string }) {
  const hasExpired = Date.parse(at) <= Date.now()
  return (
    <span className={hasExpired ? "text-danger text-xs" : "text-muted-foreground text-xs"}>
      {hasExpired ? "expired" : "expires"} {at.slice(0, 10)}
    </span>
  )
}
