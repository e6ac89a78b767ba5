import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Link } from "@/components/ui/link.tsx"
import type { Team } from "@/contract/index.ts"
import { paths } from "@/lib/paths.ts"
import { NewTeam } from "./new-team.tsx"
import { roleNames } from "./role-names.ts"

/** The person's teams, with what they are in each. */
export function TeamsCard({ teams, total, canCreate }: { teams: readonly Team[]; total: number; canCreate: boolean }) {
  return (
    <Card aria-labelledby="teams">
      <CardHeader id="teams" title="Teams" action={canCreate ? <NewTeam /> : undefined} />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        Environments, runs, secrets, providers and budgets may belong to a team. What its members do with them is a matter of their roles.
      </p>
      {teams.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">You are in no team.</p>
      ) : (
        <ul className="border-t">
          {teams.map((team) => (
            <li key={team.teamId} className="flex min-w-0 flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b py-2 text-sm last:border-b-0">
              <Link href={paths.team(team.teamId)} className="link break-anywhere font-medium">
                <bdi>{team.name}</bdi>
              </Link>
              <span className="break-anywhere font-mono text-muted-foreground text-xs">{team.slug}</span>
              {team.access_role && <span className="text-muted-foreground text-xs">{roleNames[team.access_role]}</span>}
            </li>
          ))}
          {total > teams.length && <li className="py-2 text-muted-foreground text-xs">and {total - teams.length} more</li>}
        </ul>
      )}
    </Card>
  )
}
