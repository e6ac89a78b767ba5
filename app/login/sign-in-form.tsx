"use client"

import { type FormEvent, useRef, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"

export function SignInForm({ returnPath, autoFocus = false }: { returnPath: string; autoFocus?: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string | null>(null)
  const [isPending, setIsPending] = useState(false)

  const refuse = (message: string) => {
    setError(message)
    setIsPending(false)
    input.current?.focus()
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const apiKey = input.current?.value.trim() ?? ""
    if (apiKey === "") return refuse("Enter an API key.")
    setIsPending(true)
    setError(null)
    try {
      const { signIn } = await import("next-auth/react")
      const answer = await signIn("api-key", { apiKey, redirect: false })
      if (!answer?.ok || answer.error) return refuse("This platform does not know this API key.")
    } catch {
      return refuse("The platform could not be reached. Is it running?")
    }
    // A full load, so that nothing that was read before signing in is shown again.
    window.location.assign(returnPath)
  }

  return (
    <form method="post" noValidate onSubmit={submit} className="flex flex-col gap-3">
      <Field
        id="api-key"
        label="API key"
        error={error}
        hint="The key that the prime CLI uses with this platform. Signing in ends when the key is deleted."
      >
        {(control) => (
          <Input
            {...control}
            ref={input}
            name="apiKey"
            type="password"
            autoComplete="current-password"
            spellCheck={false}
            required
            autoFocus={autoFocus}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" pending={isPending}>
        Sign in
      </Button>
    </form>
  )
}
