import type { Health } from "../../../contract/index.ts"
import { ping } from "../../store/db.ts"
import type { Context } from "../context.ts"

/** Whether this process can do its work. @throws Error when the database does not answer */
export async function checkHealth(ctx: Context): Promise<Health> {
  await ping(ctx.db)
  return { status: "ok", database: "ok", version: ctx.config.version }
}
