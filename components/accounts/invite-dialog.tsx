"use client"

import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { ShownOnce } from "@/components/shared/credentials/credential-fields.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { type AccessRole, accessRoles } from "@/contract/access/roles.ts"
import type { NewInvitation, Team } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { createInvitation } from "./actions.ts"
import { linkDescription, OneTimeLink } from "./one-time-link.tsx"

interface InviteDialogProps {
  isOpen: boolean
  onClose: () => void
  /** Teams that the reader may invite people to. */
  teams: readonly Team[]
  /** Whether the reader may also invite people to no team. */
  isTeamOptional: boolean
}

/** Makes an invitation, and shows its link this once. */
export function InviteDialog({ isOpen, onClose, teams, isTeamOptional }: InviteDialogProps) {
  const [email, setEmail] = useState("")
  const [teamId, setTeamId] = useState(isTeamOptional ? "" : (teams[0]?.teamId ?? ""))
  const [role, setRole] = useState<AccessRole>("runner")
  const [isTried, setIsTried] = useState(false)
  const [made, setMade] = useState<NewInvitation | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const router = useRouter()
  const close = () => {
    if (made) router.refresh()
    setEmail("")
    setIsTried(false)
    setMade(null)
    clear()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isPending || email.trim() === "") return
    run(() => createInvitation(email.trim(), teamId === "" ? null : { id: teamId, role }), setMade)
  }
  return (
    <Dialog
      open={isOpen}
      onClose={close}
      title={made ? "The invitation" : "Invite a person"}
      {...(made ? { description: linkDescription(made.email, made.mail !== null) } : {})}
    >
      {made ? (
        <ShownOnce onDone={close}>
          <OneTimeLink url={made.url} label="invitation link" expiresAt={made.expires_at} />
        </ShownOnce>
      ) : (
        <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
          <Field
            label="E-mail"
            hint={`The person signs in with it. The invitation ends after ${limits.invitationDays} days.`}
            error={isTried && email.trim() === "" ? "Enter an e-mail address." : refusal?.message}
          >
            {(control) => (
              <Input
                {...control}
                type="email"
                autoComplete="off"
                spellCheck={false}
                maxLength={limits.emailCharactersMax}
                value={email}
                onChange={(event) => {
                  if (refusal) clear()
                  setEmail(event.target.value)
                }}
              />
            )}
          </Field>
          {teams.length > (isTeamOptional ? 0 : 1) && (
            <Field label="Team" {...(isTeamOptional ? { note: "optional" } : {})}>
              {(control) => (
                <Select {...control} value={teamId} onChange={(event) => setTeamId(event.target.value)}>
                  {isTeamOptional && <option value="">No team</option>}
                  {teams.map((team) => (
                    <option key={team.teamId} value={team.teamId}>
                      {team.name}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          {teamId !== "" && (
            <Field label="Role in the team">
              {(control) => (
                <Select {...control} value={role} onChange={(event) => setRole(event.target.value as AccessRole)}>
                  {accessRoles.map((one) => (
                    <option key={one} value={one}>
                      {one}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          <FormButtons onCancel={close} pending={isPending}>
            Make the link
          </FormButtons>
        </form>
      )}
    </Dialog>
  )
}
