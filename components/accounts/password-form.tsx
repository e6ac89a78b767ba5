"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { signInWithPassword } from "./sign-in-actions.ts"

/** Signs in with an e-mail address and a password. A refusal does not tell which of them was wrong. */
export function PasswordForm({ returnPath }: { returnPath: string }) {
  const [isTried, setIsTried] = useState(false)
  const [values, setValues] = useState({ email: "", password: "" })
  const { run, isPending, refusal, clear } = useWrite()
  const change = (name: keyof typeof values) => (event: { target: { value: string } }) => {
    if (refusal) clear()
    setValues({ ...values, [name]: event.target.value })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isPending || values.email.trim() === "" || values.password === "") return
    run(
      () => signInWithPassword(values.email, values.password),
      // A full load, so that nothing that was read before signing in is shown again.
      () => window.location.assign(returnPath),
    )
  }
  return (
    <form method="post" noValidate onSubmit={submit} className="flex flex-col gap-3">
      <Field label="E-mail" error={isTried && values.email.trim() === "" ? "Enter your e-mail address." : null}>
        {(control) => (
          <Input
            {...control}
            name="email"
            type="email"
            autoComplete="username"
            spellCheck={false}
            autoFocus
            value={values.email}
            onChange={change("email")}
          />
        )}
      </Field>
      <Field label="Password" error={isTried && values.password === "" ? "Enter your password." : refusal?.message}>
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            autoComplete="current-password"
            value={values.password}
            onChange={change("password")}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" pending={isPending}>
        Sign in
      </Button>
    </form>
  )
}
