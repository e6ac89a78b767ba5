"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { deleteEnvironment } from "../actions.ts"

/** Deletes an environment after its name has been typed. */
export function DeleteEnvironment({ owner, name }: { owner: string; name: string }) {
  const slug = `${owner}/${name}`
  const [isOpen, setIsOpen] = useState(false)
  const [typed, setTyped] = useState("")
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const close = () => {
    setIsOpen(false)
    setTyped("")
    setIsTried(false)
    clear()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (typed.trim() !== slug || isPending) return
    run(() => deleteEnvironment(owner, name), close)
  }
  return (
    <Card aria-labelledby="delete-environment">
      <CardHeader id="delete-environment" title="Delete this environment" />
      <CardBody className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-muted-foreground text-sm">
          All its versions, secrets and variables are deleted. Its evaluations are kept.
        </p>
        <Button variant="danger" onClick={() => setIsOpen(true)}>
          Delete the environment
        </Button>
      </CardBody>
      <Dialog open={isOpen} onClose={close} title={`Delete ${slug}?`} description="This cannot be undone.">
        <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
          <Field
            label={
              <>
                Type <span className="font-mono text-xs">{slug}</span> to confirm
              </>
            }
            error={refusal?.message ?? (isTried && typed.trim() !== slug ? "This is not its name." : undefined)}
          >
            {(control) => (
              <Input
                {...control}
                value={typed}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                onChange={(event) => {
                  if (refusal) clear()
                  setTyped(event.target.value)
                }}
              />
            )}
          </Field>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={close}>Keep it</Button>
            <Button type="submit" variant="danger" pending={isPending}>
              Delete
            </Button>
          </div>
        </form>
      </Dialog>
    </Card>
  )
}
