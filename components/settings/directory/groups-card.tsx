"use client"

import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { type AccessRole, accessRoles, roleWords } from "@/contract/access/roles.ts"
import type { DirectoryGroup, Team } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { useWrite } from "@/lib/use-write.ts"
import { mapDirectoryGroup } from "./actions.ts"

interface GroupsCardProps {
  groups: readonly DirectoryGroup[]
  /** Teams that the reader owns: nobody lets a group into another team. */
  teams: readonly Team[]
}

/** The directory's groups, and the role in a team that each gives to its members. */
export function GroupsCard({ groups, teams }: GroupsCardProps) {
  const [changing, setChanging] = useState<DirectoryGroup | null>(null)
  return (
    <Card aria-labelledby="groups">
      <CardHeader id="groups" title="Groups" />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        A group gives nothing until it has a team. Then its members are in the team with that role, and leave it with the group. Owners that
        people made stay owners.
      </p>
      {groups.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">No directory has sent a group.</p>
      ) : (
        <ul className="border-t">
          {groups.map((group) => (
            <li key={group.id} className="flex min-w-0 items-center gap-3 border-b py-2 last:border-b-0">
              <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 gap-y-0.5">
                <bdi className="break-anywhere font-medium text-sm">{group.name}</bdi>
                <span className="text-muted-foreground text-xs">
                  {group.members} {group.members === 1 ? "member" : "members"}
                </span>
                <span className="break-anywhere text-muted-foreground text-xs">
                  {group.team_id === null ? (
                    "no team"
                  ) : (
                    <>
                      {group.role} of <bdi>{group.team_name}</bdi>
                    </>
                  )}
                </span>
              </div>
              <Button size="sm" aria-label={`Change what ${group.name} gives`} onClick={() => setChanging(group)}>
                Change
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Dialog
        open={changing !== null}
        onClose={() => setChanging(null)}
        title={`What ${isolated(changing?.name ?? "")} gives`}
        description="Its members have the role from their next request on."
      >
        {changing && <MappingForm key={changing.id} group={changing} teams={teams} onClose={() => setChanging(null)} />}
      </Dialog>
    </Card>
  )
}

function MappingForm({ group, teams, onClose }: { group: DirectoryGroup; teams: readonly Team[]; onClose: () => void }) {
  const [teamId, setTeamId] = useState(group.team_id ?? "")
  const [role, setRole] = useState<AccessRole>(group.role)
  const { run, isPending, refusal } = useWrite()
  // The team of another owner is shown, and may be taken away.
  const isForeign = group.team_id !== null && !teams.some((team) => team.teamId === group.team_id)
  return (
    <form
      noValidate
      className="flex min-w-0 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isPending) run(() => mapDirectoryGroup(group.id, teamId || null, role), onClose)
      }}
    >
      <Field label="Team" hint="Teams that you own." error={refusal?.message}>
        {(control) => (
          <Select {...control} value={teamId} onChange={(event) => setTeamId(event.target.value)}>
            <option value="">No team</option>
            {isForeign && <option value={group.team_id ?? ""}>{group.team_name}</option>}
            {teams.map((team) => (
              <option key={team.teamId} value={team.teamId}>
                {team.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {teamId !== "" && (
        <Field label="Role" hint={`${roleWords[role]}.`}>
          {(control) => (
            <Select {...control} value={role} onChange={(event) => setRole(event.target.value as AccessRole)}>
              {accessRoles.map((one) => (
                <option key={one} value={one}>
                  {one[0]?.toUpperCase()}
                  {one.slice(1)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <FormButtons onCancel={onClose} pending={isPending}>
        Save
      </FormButtons>
    </form>
  )
}
