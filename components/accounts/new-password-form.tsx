"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { limits } from "@/contract/limits.ts"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { passwordRule } from "./password-rule.ts"
import { makeAccount, resetPassword } from "./sign-in-actions.ts"

interface NewPasswordFormProps {
  /** The end of the link that was opened. */
  token: string
  /** Whose password it is: browsers keep it under this name. */
  email: string
  /** A new account also needs a name. */
  kind: "account" | "reset"
}

/** Chooses a password, for a new account or in the place of one that was forgotten, and signs in. */
export function NewPasswordForm({ token, email, kind }: NewPasswordFormProps) {
  const [name, setName] = useState("")
  const [password, setPassword] = useState("")
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const isNew = kind === "account"
  const isShort = password.length < limits.passwordCharactersMin
  const lacksName = isNew && name.trim() === ""
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isPending || isShort || lacksName) return
    run(
      () => (isNew ? makeAccount(token, name, password) : resetPassword(token, password)),
      () => window.location.assign(paths.home),
    )
  }
  return (
    <form method="post" noValidate onSubmit={submit} className="flex flex-col gap-3">
      <Field label="E-mail">{(control) => <Input {...control} name="email" autoComplete="username" value={email} readOnly />}</Field>
      {isNew && (
        <Field label="Name" error={isTried && lacksName ? "Enter your name." : null}>
          {(control) => (
            <Input
              {...control}
              name="name"
              autoComplete="name"
              autoFocus
              maxLength={limits.nameCharactersMax}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field label="New password" hint={passwordRule} error={isTried && isShort ? "This is too short." : refusal?.message}>
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="new-password"
            autoFocus={!isNew}
            maxLength={limits.passwordCharactersMax}
            value={password}
            onChange={(event) => {
              if (refusal) clear()
              setPassword(event.target.value)
            }}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" pending={isPending}>
        {isNew ? "Make the account" : "Change the password"}
      </Button>
    </form>
  )
}
