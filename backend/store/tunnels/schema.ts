import { sql } from "drizzle-orm"
import { index, integer, pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { teams, users } from "../identity/schema.ts"

/** A name that leads to a port of a person's machine, or of a run's sandbox, while a client of frp holds it open. */
export const tunnels = pgTable(
  "tunnels",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id),
    /** The run whose token opened it; it ends with the run. */
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "set null" }),
    name: text(),
    localPort: integer("local_port").notNull(),
    labels: text().array().notNull().default(sql`'{}'`),
    /** Of the secret by which the server knows its client. */
    secretHash: text("secret_hash").notNull(),
    /** The user that callers must give, and the hash of that user's password; null where anyone may call. */
    httpUser: text("http_user"),
    httpPasswordHash: text("http_password_hash"),
    /** The worker whose server its client is connected to, or shall connect to. */
    worker: text().notNull(),
    /** frps' own name of the client's connection; null while there is none. */
    connection: text(),
    createdAt: moment("created_at").notNull().defaultNow(),
    connectedAt: moment("connected_at"),
    expiresAt: moment("expires_at").notNull(),
    terminatedAt: moment("terminated_at"),
  },
  (t) => [
    index("tunnels_user").on(t.userId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("tunnels_team").on(t.teamId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("tunnels_evaluation").on(t.evaluationId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("tunnels_connected").on(t.worker).where(sql`connection is not null`),
    index("tunnels_labels").using("gin", t.labels),
  ],
)

/** Workers that run a tunnel server, could do so, or say why they cannot. */
export const tunnelServers = pgTable("tunnel_servers", {
  worker: text().primaryKey(),
  /** idle: it will be prepared when a tunnel is first asked for. */
  state: text().$type<"idle" | "preparing" | "ready" | "off">().notNull(),
  /** Why it is off. */
  reason: text(),
  /** Where clients of frp connect. */
  host: text().notNull(),
  port: integer().notNull(),
  /** The worker's own address, which passes calls on to its tunnels. */
  proxyUrl: text("gate_url").notNull(),
  seenAt: moment("seen_at").notNull().defaultNow(),
})
