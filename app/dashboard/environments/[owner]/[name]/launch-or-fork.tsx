import { ForkToRun } from "@/components/environments/fork-to-run.tsx"
import { LaunchLink } from "@/components/environments/launch-link.tsx"
import { rolesFor } from "@/contract/access/roles.ts"
import type { EnvironmentDetail } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** The way to a run: the launch form, or a copy of one's own first where the environment may only be looked at. */
export async function LaunchOrFork({ environment, owner, name }: { environment: EnvironmentDetail; owner: string; name: string }) {
  if (environment.can_run !== false) return <LaunchLink href={paths.launch(owner, name)} />
  const client = await api()
  const [person, teams] = await Promise.all([
    formAction(async () => (await client.whoami()).data),
    formAction(async () => (await client.listTeams({ query: { limit: limits.namesPageMax } })).data),
  ])
  const mine = { teamId: null, label: person.ok ? (person.value.slug ?? person.value.name) : "Yourself" }
  const publishers: readonly string[] = rolesFor("write")
  const ofTeams = teams.ok ? teams.value.filter((team) => team.access_role && publishers.includes(team.access_role)) : []
  return <ForkToRun owner={owner} name={name} owners={[mine, ...ofTeams.map((team) => ({ teamId: team.teamId, label: team.name }))]} />
}
