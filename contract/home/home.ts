import * as z from "zod"
import { Id, Timestamp } from "../common.ts"

/** The first things to do on a platform, each ticked off by what there is. */
export const firstSteps = ["model", "environment", "run", "share"] as const
export type FirstStep = (typeof firstSteps)[number]

const StepsDone = z.object({
  model: z.boolean().describe("There is a model that is no scripted demo"),
  environment: z.boolean().describe("The caller or one of their teams has published an environment that is no sample"),
  run: z.boolean().describe("The caller has launched a run"),
  share: z.boolean().describe("The caller has made a link that opens a run"),
})

/** What a person is told on coming back: what has ended and what was published since they were last here. */
export const Home = z
  .object({
    steps: StepsDone.nullable().describe("Null once the caller has put them away"),
    since: z
      .object({
        at: Timestamp.describe("When the caller's last visit ended"),
        ended: z.int().describe("Runs that have ended since, of the caller's and their teams'"),
        failed: z.int().describe("How many of the newest of these failed"),
        below_baseline: z
          .int()
          .describe("How many of the newest of these have their 95 % interval below the mean of their environment's baseline"),
        looked_at: z.int().describe("How many are the newest"),
        versions: z.array(
          z.object({ environment_id: Id, owner: z.string(), name: z.string(), version: z.string().nullable(), published_at: Timestamp }),
        ),
      })
      .nullable()
      .describe("Null on a first visit"),
  })
  .meta({ id: "Home" })
export type Home = z.infer<typeof Home>

export const UpdateHomeRequest = z.object({ hide_steps: z.boolean().nullish() }).meta({ id: "UpdateHomeRequest" })

/** Visits that are nearer to each other than this are one. */
export const visitMinutes = 30
