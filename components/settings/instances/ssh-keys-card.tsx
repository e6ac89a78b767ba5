"use client"

import { type FormEvent, useState } from "react"
import { CredentialList } from "@/components/shared/credentials/credential-list.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { SshKey } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { addSshKey, deleteSshKey } from "./actions.ts"

/** The public keys that open the reader's instances, and those of teams in which they may run things. */
export function SshKeysCard({ keys, hostKeyFingerprint }: { keys: readonly SshKey[]; hostKeyFingerprint: string | null }) {
  const [isAdding, setIsAdding] = useState(false)
  return (
    <Card aria-labelledby="ssh-keys">
      <CardHeader
        id="ssh-keys"
        title="SSH keys"
        action={
          <Button size="sm" onClick={() => setIsAdding(true)}>
            Add key
          </Button>
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        Public keys that open your instances, and those of teams in which you may run things.
        {hostKeyFingerprint && (
          <>
            {" The platform's own, which ssh shows when it connects for the first time: "}
            <code className="break-anywhere font-mono">{hostKeyFingerprint}</code>
          </>
        )}
      </p>
      <CredentialList
        items={keys}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        factsOf={({ fingerprint, createdAt }) => (
          <>
            <span className="break-anywhere font-mono">{fingerprint}</span>
            <span>
              added <TimeAgo at={createdAt} />
            </span>
          </>
        )}
        remove={({ id }) => deleteSshKey(id)}
        noun="key"
        consequence="opens nothing any more. Whoever is in an instance with it stays in."
        empty="You have none, so nobody can enter your instances yet."
      />
      <NewSshKey isOpen={isAdding} onClose={() => setIsAdding(false)} />
    </Card>
  )
}

/** Asks for a public key and what it is called. */
function NewSshKey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState("")
  const [publicKey, setPublicKey] = useState("")
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const close = () => {
    setName("")
    setPublicKey("")
    setIsTried(false)
    clear()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (!name.trim() || !publicKey.trim() || isPending) return
    run(
      () => addSshKey({ name: name.trim(), publicKey }),
      () => {
        toast({ title: `The key “${isolated(name.trim())}” was added`, tone: "success" })
        close()
      },
    )
  }
  const ofKey = refusal?.problems.find(({ field }) => field === "publicKey")?.message
  return (
    <Dialog open={isOpen} onClose={close} title="Add an SSH key">
      <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
        <Field
          label="Name"
          hint="Where it is, so that you can tell your keys apart."
          error={isTried && !name.trim() ? "Give it a name." : null}
        >
          {(control) => (
            <Input
              {...control}
              value={name}
              placeholder="laptop"
              autoComplete="off"
              maxLength={100}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Public key"
          hint="The line of ~/.ssh/id_ed25519.pub. prime uses ~/.ssh/id_rsa unless prime config set-ssh-key-path names another."
          error={isTried && !publicKey.trim() ? "Paste the public key." : (ofKey ?? refusal?.message)}
        >
          {(control) => (
            <Textarea
              {...control}
              code
              rows={4}
              value={publicKey}
              placeholder="ssh-ed25519 AAAA…"
              maxLength={10_000}
              onChange={(event) => {
                if (refusal) clear()
                setPublicKey(event.target.value)
              }}
            />
          )}
        </Field>
        <FormButtons onCancel={close} pending={isPending}>
          Add key
        </FormButtons>
      </form>
    </Dialog>
  )
}
