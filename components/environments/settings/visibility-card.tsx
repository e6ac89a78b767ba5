"use client"

import { Globe, Lock } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { changeVisibility } from "../actions.ts"

/** Who can see an environment, and the button that changes it. */
export function VisibilityCard({ owner, name, isPublic }: { owner: string; name: string; isPublic: boolean }) {
  const [isOpen, setIsOpen] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const close = () => {
    setIsOpen(false)
    clear()
  }
  const slug = `${owner}/${name}`
  const Icon = isPublic ? Globe : Lock
  return (
    <Card aria-labelledby="visibility">
      <CardHeader id="visibility" title="Visibility" />
      <CardBody className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex max-w-prose items-start gap-2 text-sm">
          <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
          <span>
            <strong className="font-medium">{isPublic ? "Public. " : "Private. "}</strong>
            <span className="text-muted-foreground">
              {isPublic
                ? "Everyone can find it, read its source, install it and run it. Its secrets and evaluations stay yours."
                : "Only you and the members of its team can see, install or run it."}
            </span>
          </span>
        </p>
        <Button onClick={() => setIsOpen(true)}>{isPublic ? "Make it private" : "Make it public"}</Button>
      </CardBody>
      <ConfirmDialog
        open={isOpen}
        onClose={close}
        onConfirm={() => run(() => changeVisibility(owner, name, isPublic ? "PRIVATE" : "PUBLIC"), close)}
        title={isPublic ? `Make ${slug} private?` : `Make ${slug} public?`}
        confirmLabel={isPublic ? "Make it private" : "Make it public"}
        tone={isPublic ? "primary" : "danger"}
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p>
          {isPublic
            ? "Others can no longer find, install or run it. What they have downloaded or run already stays with them."
            : "Everyone will be able to read the source of all its versions, install it and run it. What others download in the meantime cannot be taken back."}
        </p>
      </ConfirmDialog>
    </Card>
  )
}
