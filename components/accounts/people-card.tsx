"use client"

import { Ellipsis } from "lucide-react"
import { useState } from "react"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Menu, MenuItem } from "@/components/ui/overlay/menu.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { PasswordResetLink, Person } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { changePerson, createPasswordReset } from "./actions.ts"
import { linkDescription, OneTimeLink } from "./one-time-link.tsx"

interface PeopleCardProps {
  people: readonly Person[]
  /** The reader, who changes the own password in the settings. */
  readerId: string
}

/** Everybody with an account: admins give new passwords, make others admins, and switch accounts off. */
export function PeopleCard({ people, readerId }: PeopleCardProps) {
  const [asked, setAsked] = useState<Person | null>(null)
  const [made, setMade] = useState<{ person: Person; link: PasswordResetLink } | null>(null)
  const [leaving, setLeaving] = useState<Person | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const change = (person: Person, what: { is_admin: boolean } | { is_on: boolean }) =>
    run(
      () => changePerson(person.id, what),
      () => setLeaving(null),
    )
  const make = () => {
    if (!asked) return
    run(
      () => createPasswordReset(asked.id),
      (link) => {
        setMade({ person: asked, link })
        setAsked(null)
      },
    )
  }
  return (
    <Card aria-labelledby="people">
      <CardHeader id="people" title="People" />
      <ul>
        {people.map((person) => (
          <li key={person.id} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
            <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
              <bdi className="break-anywhere font-medium text-sm">{person.name}</bdi>
              {person.is_admin && <Badge tone="neutral">Admin</Badge>}
              {!person.is_on && <Badge tone="danger">Switched off</Badge>}
              <bdi className="break-anywhere text-muted-foreground text-xs">{person.email}</bdi>
              <span className="text-muted-foreground text-xs">
                {person.has_password ? "" : "no password, "}
                joined <TimeAgo at={person.created_at} />
              </span>
            </div>
            {person.id !== readerId && (
              <Menu label={`More for ${person.name}`} trigger={<Ellipsis aria-hidden />}>
                <MenuItem
                  onClick={() => {
                    clear()
                    setAsked(person)
                  }}
                >
                  New password…
                </MenuItem>
                {!person.is_operator && (
                  <>
                    <MenuItem onClick={() => change(person, { is_admin: !person.is_admin })}>
                      {person.is_admin ? "Make an ordinary account" : "Make an admin"}
                    </MenuItem>
                    {person.is_on ? (
                      <MenuItem
                        onClick={() => {
                          clear()
                          setLeaving(person)
                        }}
                      >
                        Switch off…
                      </MenuItem>
                    ) : (
                      <MenuItem onClick={() => change(person, { is_on: true })}>Switch on</MenuItem>
                    )}
                  </>
                )}
              </Menu>
            )}
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        onConfirm={make}
        title="Make a link for a new password?"
        tone="primary"
        confirmLabel="Make the link"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          With it{" "}
          <strong className="font-medium text-foreground">
            <bdi>{asked?.name}</bdi>
          </strong>{" "}
          chooses a new password within {limits.passwordResetHours} hours. An earlier link ends. The present password works until then.
        </p>
      </ConfirmDialog>
      {refusal && !asked && !leaving && <FieldError>{refusal.message}</FieldError>}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={() => leaving && change(leaving, { is_on: false })}
        title="Switch this account off?"
        confirmLabel="Switch off"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          <strong className="font-medium text-foreground">
            <bdi>{leaving?.name}</bdi>
          </strong>{" "}
          is signed out everywhere, and API keys are refused. What the person made stays, and so do runs that go on. You can switch the
          account on again.
        </p>
      </ConfirmDialog>
      <Dialog
        open={made !== null}
        onClose={() => setMade(null)}
        title="A link for a new password"
        description={made ? linkDescription(made.person.email, made.link.mailed_to !== null) : ""}
      >
        {made && (
          <div className="flex min-w-0 flex-col gap-3">
            <OneTimeLink url={made.link.url} label="password link" expiresAt={made.link.expires_at} />
            <div className="flex justify-end">
              <Button variant="primary" onClick={() => setMade(null)}>
                Done
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </Card>
  )
}
