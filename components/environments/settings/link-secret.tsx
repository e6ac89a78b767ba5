"use client"

import { Link2 } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { paths } from "@/lib/paths.ts"
import { useWrite } from "@/lib/use-write.ts"
import { linkSecret } from "../actions.ts"

interface LinkSecretProps {
  environmentId: string
  /** Global secrets that are not linked yet. */
  secrets: readonly { id: string; name: string; description: string | null }[]
}

/** Links one of the global secrets to the environment. */
export function LinkSecret({ environmentId, secrets }: LinkSecretProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [chosen, setChosen] = useState("")
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const close = () => {
    setIsOpen(false)
    setChosen("")
    clear()
  }
  const link = () =>
    run(
      () => linkSecret(environmentId, chosen),
      () => {
        close()
        toast({ title: "The secret was linked", tone: "success" })
      },
    )
  return (
    <>
      <Button size="sm" onClick={() => setIsOpen(true)}>
        <Link2 aria-hidden />
        Link a global secret
      </Button>
      <Dialog
        open={isOpen}
        onClose={close}
        title="Link a global secret"
        description="Runs and checks of this environment get it as an environment variable."
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button variant="primary" pending={isPending} disabled={chosen === ""} onClick={link}>
              Link
            </Button>
          </>
        }
      >
        {secrets.length === 0 ? (
          <p className="text-muted-foreground text-sm">
            There is none left to link. Create one in the{" "}
            <Link href={paths.settings} className="link">
              settings
            </Link>
            .
          </p>
        ) : (
          <fieldset className="rounded-md border">
            <legend className="sr-only">Global secrets</legend>
            {secrets.map((secret) => (
              <label
                key={secret.id}
                className="flex min-w-0 items-start gap-2 border-b px-3 py-2 text-sm last:border-b-0 has-checked:bg-accent/8"
              >
                <input
                  type="radio"
                  name="global-secret"
                  className="mt-0.5 accent-primary"
                  checked={chosen === secret.id}
                  onChange={() => setChosen(secret.id)}
                />
                <span className="min-w-0">
                  <span className="break-anywhere block font-mono text-xs leading-5">{secret.name}</span>
                  {secret.description && <span className="break-anywhere block text-muted-foreground text-xs">{secret.description}</span>}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <div role="alert">{refusal && <FieldError>{refusal.message}</FieldError>}</div>
      </Dialog>
    </>
  )
}
