import type { Row } from "./row.ts"

const nothing = () => ({})

/** The rows of what admins of the platform do about directories. */
export const directoryRows = {
  // For admins of the platform, whom none of these is; and a team is given to a group by its owner only.
  listDirectoryTokens: ["403 403 403 403 403 401 403 401", nothing],
  createDirectoryToken: ["403 403 403 403 403 401 403 401", (w) => ({ body: { name: w.name() } })],
  revokeDirectoryToken: ["403 403 403 403 403 401 403 401", () => ({ params: { token_id: "no-token" } })],
  listDirectoryGroups: ["403 403 403 403 403 401 403 401", nothing],
  mapDirectoryGroup: [
    "403 403 403 403 403 401 403 401",
    (w) => ({ params: { group_id: "no-group" }, body: { team_id: w.team, role: "viewer" } }),
  ],
} as const satisfies Record<string, Row>
