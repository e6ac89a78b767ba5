import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

const team = Id.nullish().describe("A team; without it the platform: the runs of people, and of teams without a number of their own")
const days = z.int().min(limits.retentionDaysMin).max(limits.retentionDaysMax)

export const RetentionQuery = z.object({ team_id: team })
export type RetentionQuery = z.infer<typeof RetentionQuery>

export const Retention = z
  .object({
    days: z.int().nullable().describe("After so many days without a change a run that is over is deleted; null: it is kept"),
    platform_days: z.int().nullable().describe("What holds where a team has no number of its own"),
    may_change: z.boolean(),
  })
  .meta({ id: "Retention" })
export type Retention = z.infer<typeof Retention>

export const SetRetentionRequest = z.object({ team_id: team, days: days.nullable() }).meta({ id: "SetRetentionRequest" })
export type SetRetentionRequest = z.infer<typeof SetRetentionRequest>

export const PreviewRetentionQuery = z.object({
  team_id: team,
  days: z.coerce.number().int().min(limits.retentionDaysMin).max(limits.retentionDaysMax),
})
export type PreviewRetentionQuery = z.infer<typeof PreviewRetentionQuery>

/** What a number of days would delete now. */
export const RetentionPreview = z
  .object({
    runs: z.int(),
    samples: z.number(),
    oldest_at: Timestamp.nullable().describe("When the oldest of them was last changed"),
    environments: z
      .array(z.object({ name: z.string().nullable(), runs: z.int() }))
      .describe("The five environments that most of these runs are of; null for runs without one"),
    kept: z
      .object({ starred: z.int(), baseline: z.int(), shared: z.int(), published: z.int() })
      .describe(
        "Runs as old that stay: somebody starred them, they are pinned as a baseline, a link opens them, or a leaderboard shows them",
      ),
  })
  .meta({ id: "RetentionPreview" })
export type RetentionPreview = z.infer<typeof RetentionPreview>
