"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { updateAbout } from "../actions.ts"

interface AboutCardProps {
  owner: string
  name: string
  description: string
  tags: readonly string[]
  readme: string
}

/** What an environment says of itself: description, tags and README, changed without publishing a version. */
export function AboutCard({ owner, name, description, tags, readme }: AboutCardProps) {
  const [draft, setDraft] = useState({ description, tags: tags.join(", "), readme })
  const { run, isPending, refusal } = useWrite()
  const toast = useToast()
  const isChanged = draft.description !== description || draft.tags !== tags.join(", ") || draft.readme !== readme
  const problemOf = (field: string) => refusal?.problems.find((one) => one.field === field || one.field.startsWith(`${field}.`))?.message
  const hasPlace = ["description", "tags", "readme"].some(problemOf)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const about = { description: draft.description.trim(), tags: tagsOf(draft.tags), readme: draft.readme }
    run(
      () => updateAbout(owner, name, about),
      () => toast({ title: "Saved", tone: "success" }),
    )
  }
  return (
    <Card aria-labelledby="about">
      <CardHeader id="about" title="About" />
      <CardBody>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <p className="max-w-prose text-muted-foreground text-sm">
            A version that is published brings the description, tags and README of its package, which then take the place of these.
          </p>
          <Field label="Description" error={problemOf("description")}>
            {(control) => (
              <Input
                {...control}
                value={draft.description}
                maxLength={limits.environmentDescriptionMax}
                onChange={(event) => setDraft({ ...draft, description: event.target.value })}
              />
            )}
          </Field>
          <Field label="Tags" hint="Separated by commas: maths, single-turn" error={problemOf("tags")}>
            {(control) => <Input {...control} value={draft.tags} onChange={(event) => setDraft({ ...draft, tags: event.target.value })} />}
          </Field>
          <Field label="README" hint="Markdown" error={problemOf("readme")}>
            {(control) => (
              <Textarea
                {...control}
                code
                rows={14}
                value={draft.readme}
                onChange={(event) => setDraft({ ...draft, readme: event.target.value })}
              />
            )}
          </Field>
          {refusal && !hasPlace && <FieldError>{refusal.message}</FieldError>}
          <div>
            <Button type="submit" variant="primary" pending={isPending} disabled={!isChanged}>
              Save
            </Button>
          </div>
        </form>
      </CardBody>
    </Card>
  )
}

const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
]
