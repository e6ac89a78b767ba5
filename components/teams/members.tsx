"use client"

import { useState } from "react"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { type AccessRole, accessRoles, roleWords } from "@/contract/access/roles.ts"
import type { TeamMember } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { changeRole, leaveTeam, removeMember } from "./actions.ts"
import { roleNames } from "./role-names.ts"

interface MembersProps {
  team: { id: string; name: string }
  members: readonly TeamMember[]
  /** The person who looks. */
  selfId: string | null
  /** Whether they are an owner, and the platform lets owners manage members. */
  canManage: boolean
}

/** What is asked about before it happens. */
type Asked = { kind: "role"; member: TeamMember; role: AccessRole } | { kind: "remove"; member: TeamMember } | { kind: "leave" }

const nameOf = ({ userName, userEmail, userId }: TeamMember): string => userName ?? userEmail ?? userId

/** The members of a team. Owners change roles and remove members; everybody may leave. */
export function Members({ team, members, selfId, canManage }: MembersProps) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const ask = (what: Asked) => {
    clear()
    setAsked(what)
  }
  const done = (title: string) => () => {
    setAsked(null)
    toast({ title, tone: "success" })
  }
  const confirm = () => {
    if (asked?.kind === "leave") run(() => leaveTeam(team.id), done("You have left the team"))
    if (asked?.kind === "remove") {
      const { member } = asked
      run(() => removeMember(team.id, member.userId), done(`${isolated(nameOf(member))} was removed`))
    }
    if (asked?.kind === "role") {
      const { member, role } = asked
      run(() => changeRole(team.id, member.userId, role), done(`${isolated(nameOf(member))} is ${roleNames[role].toLowerCase()} now`))
    }
  }
  return (
    <Card aria-labelledby="members">
      <CardHeader id="members" title="Members" />
      <ul>
        {members.map((member) => (
          <li key={member.userId} className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b py-2 last:border-b-0">
            <div className="flex min-w-0 flex-1 basis-60 flex-wrap items-baseline gap-x-3 gap-y-0.5">
              <bdi className="break-anywhere font-medium text-sm">{nameOf(member)}</bdi>
              {member.userId === selfId && <Badge>You</Badge>}
              {member.userName && member.userEmail && (
                <bdi className="break-anywhere text-muted-foreground text-xs">{member.userEmail}</bdi>
              )}
              <span className="text-muted-foreground text-xs">
                joined <TimeAgo at={member.joinedAt} />
              </span>
            </div>
            <span className="flex items-center gap-2">
              {canManage && !member.from_directory ? (
                <Select
                  aria-label={`Role of ${nameOf(member)}`}
                  className="w-28"
                  value={member.access_role}
                  onChange={({ target }) => ask({ kind: "role", member, role: target.value as AccessRole })}
                >
                  {accessRoles.map((role) => (
                    <option key={role} value={role}>
                      {roleNames[role]}
                    </option>
                  ))}
                </Select>
              ) : (
                member.access_role && <span className="text-muted-foreground text-sm">{roleNames[member.access_role]}</span>
              )}
              {member.from_directory ? (
                <span className="text-muted-foreground text-xs">from the directory</span>
              ) : member.userId === selfId ? (
                <Button size="sm" onClick={() => ask({ kind: "leave" })}>
                  Leave
                </Button>
              ) : (
                canManage && (
                  <Button size="sm" aria-label={`Remove ${nameOf(member)}`} onClick={() => ask({ kind: "remove", member })}>
                    Remove
                  </Button>
                )
              )}
            </span>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        onConfirm={confirm}
        pending={isPending}
        error={refusal?.message ?? null}
        {...words(asked, team.name)}
      />
      <Roles />
    </Card>
  )
}

function words(asked: Asked | null, team: string) {
  if (asked?.kind === "role")
    return {
      title: `Make ${isolated(nameOf(asked.member))} ${asked.role === "owner" || asked.role === "editor" ? "an" : "a"} ${asked.role}?`,
      confirmLabel: "Change role",
      tone: "primary" as const,
      children: <p className="text-muted-foreground">{roleWords[asked.role]}. It holds from their next request on.</p>,
    }
  if (asked?.kind === "remove")
    return {
      title: `Remove ${isolated(nameOf(asked.member))}?`,
      confirmLabel: "Remove",
      children: (
        <p className="break-anywhere text-muted-foreground">
          They see nothing of <bdi>{team}</bdi> any more. What they made for it stays with the team.
        </p>
      ),
    }
  return {
    title: "Leave this team?",
    confirmLabel: "Leave",
    children: (
      <p className="break-anywhere text-muted-foreground">
        You see nothing of <bdi>{team}</bdi> any more. What you made for it stays with the team, and only an owner can take you in again.
      </p>
    ),
  }
}

/** What each role may do. */
function Roles() {
  return (
    <dl className="mt-4 grid max-w-prose grid-cols-[4.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-muted-foreground text-xs">
      {accessRoles.map((role) => (
        <div key={role} className="contents">
          <dt className="font-medium">{roleNames[role]}</dt>
          <dd>{roleWords[role]}.</dd>
        </div>
      ))}
    </dl>
  )
}
