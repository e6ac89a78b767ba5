"use client"

import { Plus } from "lucide-react"
import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { createTeam } from "./actions.ts"

const slugRule = "3 to 30 lower-case letters, digits and -."
const slugPattern = /^[a-z0-9-]{3,30}$/

/** What a name looks like in an address. */
const asSlug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 30)

/** Makes a team, whose owner the person is then, and leads to its page. */
export function NewTeam() {
  const [isOpen, setIsOpen] = useState(false)
  const [name, setName] = useState("")
  /** Null until it is typed: it follows the name. */
  const [typedSlug, setTypedSlug] = useState<string | null>(null)
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const slug = typedSlug ?? asSlug(name)
  const isRight = slugPattern.test(slug)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (name.trim() === "" || !isRight || isPending) return
    // It leads to the team's page; there is nothing to do here then.
    run(
      () => createTeam({ name: name.trim(), slug }),
      () => {},
    )
  }
  return (
    <>
      <Button
        size="sm"
        onClick={() => {
          clear()
          setName("")
          setTypedSlug(null)
          setIsTried(false)
          setIsOpen(true)
        }}
      >
        <Plus aria-hidden />
        New team
      </Button>
      <Dialog open={isOpen} onClose={() => setIsOpen(false)} title="New team">
        <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
          <NameField
            value={name}
            onChange={setName}
            max={limits.nameCharactersMax}
            error={isTried && name.trim() === "" ? "Give it a name." : undefined}
          />
          <Field
            label="Short name"
            error={isTried && !isRight ? slugRule : undefined}
            hint={`${slugRule} It prefixes the team's environments: ${slug || "team"}/name.`}
          >
            {(control) => (
              <Input
                {...control}
                value={slug}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                maxLength={30}
                onChange={(event) => setTypedSlug(event.target.value)}
              />
            )}
          </Field>
          <div role="alert">{refusal && <FieldError>{refusal.message}</FieldError>}</div>
          <FormButtons onCancel={() => setIsOpen(false)} pending={isPending}>
            Create team
          </FormButtons>
        </form>
      </Dialog>
    </>
  )
}
