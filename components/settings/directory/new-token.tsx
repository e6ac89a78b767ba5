"use client"

import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { CredentialLifetime, CredentialName, ShownOnce } from "@/components/shared/credentials/credential-fields.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { NewDirectoryToken } from "@/contract/index.ts"
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
        <ShownOnce onDone={close}>
          <p className="text-muted-foreground text-xs">Address (Okta: base URL; Entra: tenant URL):</p>
          <CodeBlock wrap code={made.url} label="SCIM address" />
          <p className="text-muted-foreground text-xs">Token (Okta: HTTP header, Bearer; Entra: secret token):</p>
          <CodeBlock wrap code={made.value} label="token" />
        </ShownOnce>
      ) : (
        <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
          <CredentialName
            value={name}
            onChange={(value) => {
              if (refusal) clear()
              setName(value)
            }}
            hint="The directory that will use it."
            placeholder="Okta"
            error={isTried && name.trim() === "" ? "Give it a name." : refusal?.message}
          />
          <CredentialLifetime
            value={days}
            onChange={setDays}
            choices={[
              ["90", "90 days"],
              ["365", "A year"],
            ]}
          />
          <FormButtons onCancel={close} pending={isPending}>
            Make the token
          </FormButtons>
        </form>
      )}
    </Dialog>
  )
}
