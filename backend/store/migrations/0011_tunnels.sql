CREATE TABLE "tunnel_servers" (
	"worker" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"gate_url" text NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tunnels" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"evaluation_id" text,
	"name" text,
	"local_port" integer NOT NULL,
	"labels" text[] DEFAULT '{}' NOT NULL,
	"secret_hash" text NOT NULL,
	"http_user" text,
	"http_password_hash" text,
	"worker" text NOT NULL,
	"connection" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"connected_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"terminated_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "tunnels" ADD CONSTRAINT "tunnels_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tunnels" ADD CONSTRAINT "tunnels_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tunnels" ADD CONSTRAINT "tunnels_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tunnels_user" ON "tunnels" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "tunnels_team" ON "tunnels" USING btree ("team_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "tunnels_evaluation" ON "tunnels" USING btree ("evaluation_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "tunnels_connected" ON "tunnels" USING btree ("worker") WHERE connection is not null;--> statement-breakpoint
CREATE INDEX "tunnels_labels" ON "tunnels" USING gin ("labels");