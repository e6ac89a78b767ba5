"use client"

import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { NewDirectoryToken } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { createDirectoryToken } from "./actions.ts"

/** Asks what a token is for and how long it works, and shows it once, with the address that the directory needs beside it. */
export function NewToken({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState("")
  const [days, setDays] = useState("")
  const [isTried, setIsTried] = useState(false)
  const [made, setMade] = useState<NewDirectoryToken | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const router = useRouter()
  const close = () => {
    if (made) router.refresh()
    setName("")
    setDays("")
    setIsTried(false)
    setMade(null)
    clear()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (name.trim() === "" || isPending) return
    run(() => createDirectoryToken(name.trim(), days ? Number(days) : null), setMade)
  }
  return (
    <Dialog
      open={isOpen}
      onClose={close}
      title={made ? "Connect the directory" : "New token for a directory"}
      {...(made ? { description: "Copy the token now: it is not kept and cannot be shown again." } : {})}
    >
      {made ? (
        <div className="flex min-w-0 flex-col gap-3">
          <p className="text-muted-foreground text-xs">Address (Okta: base URL; Entra: tenant URL):</p>
          <CodeBlock wrap code={made.url} label="SCIM address" />
          <p className="text-muted-foreground text-xs">Token (Okta: HTTP header, Bearer; Entra: secret token):</p>
          <CodeBlock wrap code={made.value} label="token" />
          <div className="flex justify-end">
            <Button variant="primary" onClick={close}>
              Done
            </Button>
          </div>
        </div>
      ) : (
        <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
          <Field
            label="Name"
            hint="The directory that will use it."
            error={isTried && name.trim() === "" ? "Give it a name." : refusal?.message}
          >
            {(control) => (
              <Input
                {...control}
                value={name}
                placeholder="Okta"
                autoComplete="off"
                maxLength={limits.nameCharactersMax}
                onChange={(event) => {
                  if (refusal) clear()
                  setName(event.target.value)
                }}
              />
            )}
          </Field>
          <Field label="Works">
            {(control) => (
              <Select {...control} value={days} onChange={(event) => setDays(event.target.value)}>
                <option value="">Until it is revoked</option>
                <option value="90">90 days</option>
                <option value="365">A year</option>
              </Select>
            )}
          </Field>
          <FormButtons onCancel={close} pending={isPending}>
            Make the token
          </FormButtons>
        </form>
      )}
    </Dialog>
  )
}
