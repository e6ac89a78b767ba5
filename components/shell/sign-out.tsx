"use client"

import { LogOut } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { paths } from "@/lib/paths.ts"

/** Ends the browser's session and leads to the sign-in page. */
export function SignOut() {
  const [isPending, setIsPending] = useState(false)
  const signOut = async () => {
    setIsPending(true)
    const auth = await import("next-auth/react")
    await auth.signOut({ redirect: false }).finally(() => setIsPending(false))
    // A full load, so that nothing that was read before is shown again.
    window.location.assign(paths.signIn)
  }
  return (
    <Button variant="ghost" size="sm" icon pending={isPending} aria-label="Sign out" title="Sign out" onClick={signOut}>
      <LogOut aria-hidden />
    </Button>
  )
}
