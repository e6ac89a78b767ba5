"use client"

import { Plus } from "lucide-react"
import { useState } from "react"
import { CredentialList } from "@/components/shared/credentials/credential-list.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Passkey } from "@/contract/index.ts"
import { AddPasskey } from "./add-passkey.tsx"
import { removePasskey } from "./passkey-actions.ts"

/** Keys in a person's devices and password managers, which sign in without a password. */
export function PasskeysCard({ passkeys }: { passkeys: readonly Passkey[] }) {
  const [isAdding, setIsAdding] = useState(false)
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
      <CredentialList
        items={passkeys}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        factsOf={({ created_at, last_used_at }) => (
          <span>
            added <TimeAgo at={created_at} />,{" "}
            {last_used_at === null ? (
              "never used"
            ) : (
              <>
                used <TimeAgo at={last_used_at} />
              </>
            )}
          </span>
        )}
        remove={({ id }) => removePasskey(id)}
        noun="passkey"
        consequence="signs nobody in any more. Sessions that it has begun go on until they are ended."
        empty="You have no passkeys."
      />
      <AddPasskey isOpen={isAdding} onClose={() => setIsAdding(false)} />
    </Card>
  )
}
