"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Account } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { updateAccount } from "./actions.ts"
import { passwordRule } from "./password-rule.ts"

/** What a person signs in with. The page gives it a new key when the account has changed. */
export function AccountCard({ account }: { account: Account }) {
  const saved = { name: account.name, email: account.email ?? "", password: "", current_password: "" }
  const [values, setValues] = useState(saved)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const changes = {
    ...(values.name.trim() !== saved.name ? { name: values.name.trim() } : {}),
    ...(values.email.trim() !== saved.email ? { email: values.email.trim() } : {}),
    ...(values.password !== "" ? { password: values.password } : {}),
  }
  const hasChanged = Object.keys(changes).length > 0
  const needsPassword = account.asks_password && ("email" in changes || "password" in changes)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending || !hasChanged) return
    run(
      () => updateAccount({ ...changes, ...(needsPassword ? { current_password: values.current_password } : {}) }),
      () => {
        setValues({ ...values, password: "", current_password: "" })
        toast({ title: changes.password ? "Your password was changed" : "Your account was changed", tone: "success" })
      },
    )
  }
  const problemOf = (field: string) => refusal?.problems.find((one) => one.field === field)?.message
  const input = (name: keyof typeof values) => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => {
      if (refusal) clear()
      setValues({ ...values, [name]: event.target.value })
    },
  })
  return (
    <Card aria-labelledby="account">
      <CardHeader id="account" title="Sign-in" />
      <CardBody>
        <p className="max-w-prose pb-3 text-muted-foreground text-xs">
          {account.has_password
            ? "With this address and your password you sign in from any browser."
            : "Give yourself an e-mail address and a password to sign in from any browser."}
        </p>
        <form noValidate onSubmit={submit} className="grid grid-cols-1 gap-x-8 gap-y-4 md:grid-cols-2">
          <Field label="Name" error={problemOf("name")}>
            {(control) => <Input {...control} {...input("name")} autoComplete="name" maxLength={limits.nameCharactersMax} />}
          </Field>
          <Field label="E-mail" error={problemOf("email")}>
            {(control) => <Input {...control} {...input("email")} type="email" autoComplete="username" spellCheck={false} />}
          </Field>
          <Field
            label="New password"
            note={account.has_password ? "unless it stays" : "optional"}
            hint={`${passwordRule}${account.has_password ? " All other sessions end." : ""}`}
            error={problemOf("password")}
          >
            {(control) => (
              <Input
                {...control}
                {...input("password")}
                type="password"
                autoComplete="new-password"
                maxLength={limits.passwordCharactersMax}
              />
            )}
          </Field>
          {needsPassword && (
            <Field label="Present password" error={problemOf("current_password")}>
              {(control) => <Input {...control} {...input("current_password")} type="password" autoComplete="current-password" />}
            </Field>
          )}
          <div className="flex flex-col items-start gap-2 md:col-span-2">
            {refusal?.problems.every(({ field }) => !(field in values)) && <FieldError>{refusal.message}</FieldError>}
            <Button type="submit" pending={isPending} disabled={!hasChanged}>
              Save
            </Button>
          </div>
        </form>
      </CardBody>
    </Card>
  )
}
