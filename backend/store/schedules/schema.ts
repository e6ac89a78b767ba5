import { sql } from "drizzle-orm"
import { index, pgTable, text } from "drizzle-orm/pg-core"
import type { JsonObject, ScheduleBaseline, ScheduleTime } from "../../../contract/index.ts"
import { exactJson, moment } from "../columns.ts"
import { environments } from "../environments/schema.ts"
import { teams, users } from "../identity/schema.ts"

/** Runs that are launched by themselves: at a time of the day, or with each version. */
export const runSchedules = pgTable(
  "run_schedules",
  {
    id: text().primaryKey(),
    environmentId: text("environment_id")
      .notNull()
      .references(() => environments.id, { onDelete: "cascade" }),
    /** On whose behalf it launches. */
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    teamId: text("team_id").references(() => teams.id, { onDelete: "cascade" }),
    name: text().notNull(),
    modelName: text("model_name").notNull(),
    config: exactJson<JsonObject>("config", "written").notNull(),
    when: exactJson<ScheduleTime>("when_due").notNull(),
    baseline: text().$type<ScheduleBaseline>().notNull(),
    pausedAt: moment("paused_at"),
    /** When it launches next; null while it is paused or waits for a version. */
    nextAt: moment("next_at"),
    problem: text(),
    problemAt: moment("problem_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("run_schedules_environment").on(t.environmentId),
    index("run_schedules_user").on(t.userId),
    index("run_schedules_team").on(t.teamId),
    index("run_schedules_due").on(t.nextAt).where(sql`next_at is not null`),
  ],
)
