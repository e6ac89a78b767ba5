import type { Context } from "../../services/context.ts"
import type { OwnerChoice } from "../../services/environments/owner.ts"
import { findOwnTeam } from "../../services/identity/teams.ts"

/** Names the team of a request to the inference API, which has no field for it. */
export const teamHeader = "x-prime-team-id"

const fields = ["team_id", "teamId"]

/**
 * Path, query or body of a request with the team by its id. PRIME_TEAM_ID holds an id or a slug, and the packages send it as it is.
 * A team that the caller is not a member of stays as it was named, for the service to refuse.
 */
export async function withTeamId<T>(ctx: Context, values: T): Promise<T> {
  if (values === null || typeof values !== "object") return values
  for (const field of fields) {
    const named = (values as Record<string, unknown>)[field]
    if (typeof named === "string") return { ...values, [field]: (await findOwnTeam(ctx, named)) ?? named }
  }
  return values
}

interface OwnerFields {
  owner_slug?: string | null | undefined
  team_slug?: string | null | undefined
  team_id?: string | null | undefined
}

/**
 * The owner that a request about environments names. prime-evals sends the owner's slug as team_slug even where it is a user's; the
 * CLI sends a configured team as team_id, or as a slug when it does not look like an id.
 */
export const namedOwner = ({ team_slug, owner_slug, team_id }: OwnerFields): OwnerChoice => ({
  slug: team_slug ?? owner_slug ?? null,
  teamId: team_id ?? null,
})
