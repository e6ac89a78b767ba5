"use client"

import { Plus } from "lucide-react"
import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { ApiKey, NewApiKey } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { createApiKey, revokeApiKey } from "./actions.ts"

/** Keys for the prime CLI and for programs. A key's value is shown once, right after it was created. */
export function ApiKeysCard({ keys }: { keys: readonly ApiKey[] }) {
  const [isCreating, setIsCreating] = useState(false)
  const [leaving, setLeaving] = useState<ApiKey | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const revoke = () => {
    if (!leaving) return
    run(
      () => revokeApiKey(leaving.id),
      () => {
        setLeaving(null)
        toast({ title: `The key “${isolated(leaving.name)}” was revoked`, tone: "success" })
      },
    )
  }
  return (
    <Card aria-labelledby="api-keys">
      <CardHeader
        id="api-keys"
        title="API keys"
        action={
          <Button size="sm" onClick={() => setIsCreating(true)}>
            <Plus aria-hidden />
            New key
          </Button>
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        The prime CLI and other programs sign in with a key. It can do everything that you can do.
      </p>
      {keys.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">You have no API keys.</p>
      ) : (
        <ul className="border-t">
          {keys.map((key) => (
            <li key={key.id} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
              <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
                <bdi className="break-anywhere font-medium text-sm">{key.name}</bdi>
                <span className="font-mono text-muted-foreground text-xs">{key.prefix}…</span>
                <span className="text-muted-foreground text-xs">
                  created <TimeAgo at={key.created_at} />
                </span>
              </div>
              <Button
                size="sm"
                aria-label={`Revoke ${key.name}`}
                onClick={() => {
                  clear()
                  setLeaving(key)
                }}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      <NewKey isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={revoke}
        title="Revoke this key?"
        confirmLabel="Revoke"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          Whatever uses{" "}
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.name}</bdi>
          </strong>{" "}
          ({leaving?.prefix}…) will be refused from now on. This cannot be undone.
        </p>
      </ConfirmDialog>
    </Card>
  )
}

function NewKey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [name, setName] = useState("")
  const [isTried, setIsTried] = useState(false)
  const [made, setMade] = useState<NewApiKey | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const router = useRouter()
  const close = () => {
    if (made) router.refresh()
    setName("")
    setIsTried(false)
    setMade(null)
    clear()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (name.trim() === "" || isPending) return
    run(() => createApiKey(name.trim()), setMade)
  }
  return (
    <Dialog
      open={isOpen}
      onClose={close}
      title={made ? "Your new key" : "New API key"}
      {...(made ? { description: "Copy it now: it is not kept and cannot be shown again." } : {})}
    >
      {made ? (
        <div className="flex min-w-0 flex-col gap-3">
          <CodeBlock wrap code={made.value} label="API key" />
          <p className="text-muted-foreground text-xs">For the prime CLI:</p>
          <CodeBlock wrap code="prime config set-api-key" label="command that stores the key" />
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
            hint="Where it is used, so that you can tell your keys apart."
            error={isTried && name.trim() === "" ? "Give it a name." : refusal?.message}
          >
            {(control) => (
              <Input
                {...control}
                value={name}
                placeholder="laptop"
                autoComplete="off"
                maxLength={limits.nameCharactersMax}
                onChange={(event) => {
                  if (refusal) clear()
                  setName(event.target.value)
                }}
              />
            )}
          </Field>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" variant="primary" pending={isPending}>
              Create key
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
