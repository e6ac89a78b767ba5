"use client"

import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { CredentialLifetime, CredentialName, ShownOnce } from "@/components/shared/credentials/credential-fields.tsx"
import { Checkbox } from "@/components/ui/form/checkbox.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { type KeyScope, keyScopes, scopeWords } from "@/contract/access/roles.ts"
import type { NewApiKey } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { createApiKey } from "./actions.ts"

const lifetimes = [
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "A year"],
] as const

/** Asks what a new key is called, what it is for and how long it works, and shows it once. */
export function NewKey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState("")
  const [scopes, setScopes] = useState<readonly KeyScope[]>(keyScopes)
  const [days, setDays] = useState("")
  const [isTried, setIsTried] = useState(false)
  const [made, setMade] = useState<NewApiKey | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const router = useRouter()
  const close = () => {
    if (made) router.refresh()
    setName("")
    setScopes(keyScopes)
    setDays("")
    setIsTried(false)
    setMade(null)
    clear()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (name.trim() === "" || scopes.length === 0 || isPending) return
    const body = { name: name.trim(), scopes: [...scopes], ...(days ? { expires_in_days: Number(days) } : {}) }
    run(() => createApiKey(body), setMade)
  }
  return (
    <Dialog
      open={isOpen}
      onClose={close}
      title={made ? "Your new key" : "New API key"}
      {...(made ? { description: "Copy it now: it is not kept and cannot be shown again." } : {})}
    >
      {made ? (
        <ShownOnce onDone={close}>
          <CodeBlock wrap code={made.value} label="API key" />
          <p className="text-muted-foreground text-xs">For the prime CLI:</p>
          <CodeBlock wrap code="prime config set-api-key" label="command that stores the key" />
        </ShownOnce>
      ) : (
        <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
          <CredentialName
            value={name}
            onChange={(value) => {
              if (refusal) clear()
              setName(value)
            }}
            hint="Where it is used, so that you can tell your keys apart."
            placeholder="laptop"
            error={isTried && name.trim() === "" ? "Give it a name." : refusal?.message}
          />
          <fieldset className="flex min-w-0 flex-col gap-1.5">
            <legend className="mb-1.5 font-medium text-sm">It may</legend>
            {keyScopes.map((scope) => (
              <Checkbox
                key={scope}
                id={`scope-${scope}`}
                label={scopeWords[scope]}
                checked={scopes.includes(scope)}
                onChange={({ target }) => setScopes(keyScopes.filter((one) => (one === scope ? target.checked : scopes.includes(one))))}
              />
            ))}
            <div role="alert">{isTried && scopes.length === 0 && <FieldError>Choose at least one thing that it may do.</FieldError>}</div>
          </fieldset>
          <CredentialLifetime value={days} onChange={setDays} choices={lifetimes} />
          <FormButtons onCancel={close} pending={isPending}>
            Create key
          </FormButtons>
        </form>
      )}
    </Dialog>
  )
}
