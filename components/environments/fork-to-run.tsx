"use client"

import { GitFork } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { forkEnvironment } from "./actions.ts"

interface ForkToRunProps {
  owner: string
  name: string
  /** Who may own the copy: the person, by no team id, and teams in which they may publish. */
  owners: readonly { teamId: string | null; label: string }[]
}

/** In the place of the launch where the environment may only be looked at: makes a copy of one's own, and leads to its launch form. */
export function ForkToRun({ owner, name, owners }: ForkToRunProps) {
  const [isAsking, setIsAsking] = useState(false)
  const [teamId, setTeamId] = useState("")
  const { run, isPending, refusal, clear } = useWrite()
  return (
    <>
      <Button
        variant="primary"
        onClick={() => {
          clear()
          setIsAsking(true)
        }}
      >
        <GitFork aria-hidden />
        Fork to run
      </Button>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setIsAsking(false)}
        // It leads to the copy's launch form; there is nothing to do here then.
        onConfirm={() =>
          run(
            () => forkEnvironment(owner, name, teamId || null),
            () => {},
          )
        }
        title="Fork this environment?"
        confirmLabel="Fork"
        tone="primary"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          Only its owner runs{" "}
          <strong className="font-medium text-foreground">
            <bdi>
              {owner}/{name}
            </bdi>
          </strong>{" "}
          here. A fork is a copy of its latest version that is yours to run and to change; it does not follow later versions.
        </p>
        {owners.length > 1 && (
          <Field label="Owner of the copy">
            {(control) => (
              <Select {...control} value={teamId} onChange={(event) => setTeamId(event.target.value)}>
                {owners.map((one) => (
                  <option key={one.teamId ?? ""} value={one.teamId ?? ""}>
                    {one.label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
      </ConfirmDialog>
    </>
  )
}
