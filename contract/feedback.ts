import * as z from "zod"
import { Id, Timestamp } from "./common.ts"

/** What `prime feedback` sends. */
export const SendFeedbackRequest = z
  .object({
    message: z.string().trim().min(1).max(20_000),
    category: z.enum(["bug", "feature", "general"]).default("general"),
    cli_version: z.string().max(100).nullish(),
    run_id: z.string().max(100).nullish(),
  })
  .meta({ id: "SendFeedbackRequest" })
export type SendFeedbackRequest = z.infer<typeof SendFeedbackRequest>

export const Feedback = z
  .object({
    id: Id,
    user_id: Id,
    message: z.string(),
    category: z.string(),
    cli_version: z.string().nullable(),
    run_id: z.string().nullable(),
    created_at: Timestamp,
  })
  .meta({ id: "Feedback" })
export type Feedback = z.infer<typeof Feedback>
