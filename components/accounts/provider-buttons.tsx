"use client"

import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { beginIdentity } from "./identity-actions.ts"
import { keepInvitation } from "./sign-in-actions.ts"

interface ProviderButtonsProps {
  providers: readonly { id: string; name: string }[]
  returnPath: string
  /** The end of the link that somebody came with. */
  invitation?: string
  /** To sign in, or to connect one to the account that is signed in. */
  purpose?: "sign-in" | "add"
}

/** Leads to a provider of identities, and back. */
export function ProviderButtons({ providers, returnPath, invitation, purpose = "sign-in" }: ProviderButtonsProps) {
  const [pending, setPending] = useState<string | null>(null)
  const [hasFailed, setHasFailed] = useState(false)
  const leave = async (id: string) => {
    setPending(id)
    setHasFailed(false)
    try {
      if (invitation !== undefined) await keepInvitation(invitation)
      if (purpose === "add") await beginIdentity()
      const { signIn } = await import("next-auth/react")
      await signIn(id, { callbackUrl: returnPath })
    } catch {
      setHasFailed(true)
      setPending(null)
    }
  }
  return (
    <div className="flex flex-col gap-2">
      {providers.map(({ id, name }) => (
        <Button key={id} pending={pending === id} onClick={() => leave(id)}>
          {purpose === "add" ? "Connect" : "Continue with"} {name}
        </Button>
      ))}
      {hasFailed && (
        <p role="alert" className="text-danger text-sm">
          The platform could not be reached. Is it running?
        </p>
      )}
    </div>
  )
}
