import path from "node:path"
import { migrateDatabase } from "./store/migrate.ts"

const url = process.env.DATABASE_URL
if (!url) throw new Error("DATABASE_URL is not set")
await migrateDatabase(url, path.join(process.cwd(), "backend/store/migrations"))
