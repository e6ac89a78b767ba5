"use client"

import { type FormEvent, useState } from "react"
import { Field } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { limits } from "@/contract/limits.ts"
import { addPasskey, beginPasskey } from "./passkey-actions.ts"
import { passkeyProblem } from "./passkey-problem.ts"

/** Asks for a name, then lets the browser make a passkey. */
export function AddPasskey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState("")
  const [error, setError] = useState<string | null>(null)
  const [isPending, setIsPending] = useState(false)
  const toast = useToast()
  const close = () => {
    setName("")
    setError(null)
    onClose()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    if (name.trim() === "") return setError("Give it a name.")
    setIsPending(true)
    setError(null)
    try {
      const { startRegistration } = await import("@simplewebauthn/browser")
      const begun = await beginPasskey()
      const done = begun.ok ? await addPasskey(name.trim(), await startRegistration({ optionsJSON: begun.value as never })) : begun
      if (done.ok) {
        toast({ title: "The passkey was added", tone: "success" })
        close()
      } else setError(done.message)
    } catch (thrown) {
      setError(passkeyProblem(thrown))
    }
    setIsPending(false)
  }
  return (
    <Dialog open={isOpen} onClose={close} title="Add a passkey">
      <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
        <Field label="Name" hint="Where it is kept, so that you can tell your passkeys apart." error={error}>
          {(control) => (
            <Input
              {...control}
              value={name}
              placeholder="laptop"
              autoComplete="off"
              maxLength={limits.passkeyNameCharactersMax}
              onChange={(event) => {
                setError(null)
                setName(event.target.value)
              }}
            />
          )}
        </Field>
        <FormButtons onCancel={close} pending={isPending}>
          Add
        </FormButtons>
      </form>
    </Dialog>
  )
}
