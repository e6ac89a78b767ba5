"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { forgotPassword } from "./sign-in-actions.ts"

/** Asks for a mail with a link for a new password. */
export function ForgotPasswordForm() {
  const [email, setEmail] = useState("")
  const [isTried, setIsTried] = useState(false)
  const [asked, setAsked] = useState<string | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const typed = email.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isPending || typed === "") return
    run(
      () => forgotPassword(typed),
      () => setAsked(typed),
    )
  }
  if (asked !== null)
    return (
      <p role="status" className="break-anywhere text-sm">
        If there is an account with the address <bdi>{asked}</bdi>, a mail with a link for a new password is on its way to it. The link
        works once, within {limits.passwordResetHours} hours. Without a mail in some minutes, look among the unwanted ones, or ask an admin.
      </p>
    )
  return (
    <form method="post" noValidate onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label="E-mail"
        hint="You are sent a link with which you choose a new password. The present one works until then."
        error={isTried && typed === "" ? "Enter your e-mail address." : refusal?.message}
      >
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            spellCheck={false}
            autoFocus
            maxLength={limits.emailCharactersMax}
            value={email}
            onChange={(event) => {
              if (refusal) clear()
              setEmail(event.target.value)
            }}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" pending={isPending}>
        Send the link
      </Button>
    </form>
  )
}
