"use client"

import { KeyRound } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { beginPasskeySignIn, signInWithPasskey } from "./passkey-actions.ts"
import { passkeyProblem } from "./passkey-problem.ts"

/** Signs in with any passkey that the browser has for this platform. */
export function PasskeyButton({ returnPath }: { returnPath: string }) {
  const [isPending, setIsPending] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const signIn = async () => {
    setIsPending(true)
    setError(null)
    try {
      const { startAuthentication } = await import("@simplewebauthn/browser")
      const begun = await beginPasskeySignIn()
      const done = begun.ok ? await signInWithPasskey(await startAuthentication({ optionsJSON: begun.value as never })) : begun
      if (done.ok) return window.location.assign(returnPath)
      setError(done.message)
    } catch (thrown) {
      setError(passkeyProblem(thrown))
    }
    setIsPending(false)
  }
  return (
    <div className="flex flex-col gap-2">
      <Button pending={isPending} onClick={signIn}>
        <KeyRound aria-hidden />
        Sign in with a passkey
      </Button>
      <div role="alert">{error && <FieldError>{error}</FieldError>}</div>
    </div>
  )
}
