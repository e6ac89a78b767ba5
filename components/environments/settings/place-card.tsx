"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { updatePlace } from "../actions.ts"

interface PlaceCardProps {
  owner: string
  name: string
  /** Where its runs run that do not say; null where the platform says. */
  executor: string | null
  /** Where runs can run, and which of them is the platform's own choice. */
  executors: readonly { name: string; kind: string; is_default: boolean }[]
}

/** Where runs of an environment run that do not say. */
export function PlaceCard({ owner, name, executor, executors }: PlaceCardProps) {
  const [draft, setDraft] = useState(executor ?? "")
  const { run, isPending, refusal } = useWrite()
  const toast = useToast()
  const usual = executors.find((one) => one.is_default)?.name
  const isKnown = executor === null || executors.some((one) => one.name === executor)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run(
      () => updatePlace(owner, name, draft || null),
      () => toast({ title: "Saved", tone: "success" }),
    )
  }
  return (
    <Card aria-labelledby="place">
      <CardHeader id="place" title="Where it runs" />
      <CardBody>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <p className="max-w-prose text-muted-foreground text-sm">
            Evaluations that do not say where they run, run here. Those that may open tunnels always run on the platform's own machine.
          </p>
          <div className="max-w-sm">
            <Field label="Runs on" error={refusal?.message}>
              {(control) => (
                <Select {...control} value={draft} onChange={(event) => setDraft(event.target.value)}>
                  <option value="">{usual ? `Where the platform says (${usual})` : "Where the platform says"}</option>
                  {executors.map((one) => (
                    <option key={one.name} value={one.name}>
                      {one.name === "local" ? "local: the platform's own machine" : `${one.name}: ${one.kind}`}
                    </option>
                  ))}
                  {!isKnown && <option value={executor}>{`${executor}: not set up any more`}</option>}
                </Select>
              )}
            </Field>
          </div>
          <div>
            <Button type="submit" variant="primary" pending={isPending} disabled={draft === (executor ?? "")}>
              Save
            </Button>
          </div>
        </form>
      </CardBody>
    </Card>
  )
}
