"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { changeSlug } from "./actions.ts"

const slugRule = "3 to 30 lower-case letters, digits and -."
const slugPattern = /^[a-z0-9-]{3,30}$/

interface ProfileCardProps {
  person: { id: string; name: string; email: string; slug: string | null }
}

/** The signed-in person, and the username that prefixes their environments. */
export function ProfileCard({ person }: ProfileCardProps) {
  const [slug, setSlug] = useState(person.slug ?? "")
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const isRight = slugPattern.test(slug.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (!isRight || isPending) return
    run(
      () => changeSlug(slug.trim()),
      () => toast({ title: "Your username was changed", tone: "success" }),
    )
  }
  const error = isTried && !isRight ? slugRule : refusal?.message
  return (
    <Card aria-labelledby="profile">
      <CardHeader id="profile" title="Profile" />
      <CardBody className="grid grid-cols-1 gap-x-8 gap-y-4 md:grid-cols-2">
        <dl className="grid h-fit grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm">
          <dt className="text-muted-foreground">Name</dt>
          <dd className="break-anywhere">
            <bdi>{person.name}</bdi>
          </dd>
          <dt className="text-muted-foreground">E-mail</dt>
          <dd className="break-anywhere">
            <bdi>{person.email}</bdi>
          </dd>
          <dt className="text-muted-foreground">User id</dt>
          <dd className="break-anywhere font-mono text-xs leading-5">{person.id}</dd>
        </dl>
        <form noValidate onSubmit={submit}>
          <Field
            label="Username"
            error={error}
            hint={
              error === slugRule
                ? undefined
                : `${slugRule} It prefixes your environments: ${slug.trim() || "username"}/name. Addresses with the old one will stop working.`
            }
          >
            {(control) => (
              <span className="flex gap-2">
                <Input
                  {...control}
                  value={slug}
                  autoComplete="off"
                  autoCapitalize="off"
                  spellCheck={false}
                  maxLength={30}
                  onChange={(event) => {
                    if (refusal) clear()
                    setSlug(event.target.value)
                  }}
                />
                <Button type="submit" pending={isPending} disabled={slug.trim() === (person.slug ?? "")} className="max-lg:h-9">
                  Change
                </Button>
              </span>
            )}
          </Field>
        </form>
      </CardBody>
    </Card>
  )
}
