CREATE TABLE "instances" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"evaluation_id" text,
	"name" text NOT NULL,
	"cloud_id" text NOT NULL,
	"usd_per_hour" double precision NOT NULL,
	"hours" double precision NOT NULL,
	"budget_usd" double precision,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"counted_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "ssh_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"evaluation_id" text,
	"name" text NOT NULL,
	"public_key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "sandboxes_user";--> statement-breakpoint
DROP INDEX "sandboxes_team";--> statement-breakpoint
DROP INDEX "sandboxes_evaluation";--> statement-breakpoint
DROP INDEX "sandboxes_count";--> statement-breakpoint
DROP INDEX "sandboxes_active";--> statement-breakpoint
ALTER TABLE "sandbox_hosts" ADD COLUMN "ssh_address" text;--> statement-breakpoint
ALTER TABLE "sandbox_hosts" ADD COLUMN "ssh_refusal" text;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD COLUMN "is_instance" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_id_sandboxes_id_fk" FOREIGN KEY ("id") REFERENCES "public"."sandboxes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ssh_keys" ADD CONSTRAINT "ssh_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ssh_keys" ADD CONSTRAINT "ssh_keys_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "instances_user" ON "instances" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "instances_team" ON "instances" USING btree ("team_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "instances_evaluation" ON "instances" USING btree ("evaluation_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "instances_user_ended" ON "instances" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "instances_team_ended" ON "instances" USING btree ("team_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "instances_evaluation_ended" ON "instances" USING btree ("evaluation_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE ended_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "ssh_keys_once" ON "ssh_keys" USING btree ("user_id",coalesce(evaluation_id, ''),"fingerprint");--> statement-breakpoint
CREATE INDEX "ssh_keys_user" ON "ssh_keys" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "ssh_keys_evaluation" ON "ssh_keys" USING btree ("evaluation_id");--> statement-breakpoint
CREATE INDEX "ssh_keys_fingerprint" ON "ssh_keys" USING btree ("fingerprint");--> statement-breakpoint
CREATE INDEX "sandboxes_user" ON "sandboxes" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"is_instance");--> statement-breakpoint
CREATE INDEX "sandboxes_team" ON "sandboxes" USING btree ("team_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"is_instance");--> statement-breakpoint
CREATE INDEX "sandboxes_evaluation" ON "sandboxes" USING btree ("evaluation_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"is_instance");--> statement-breakpoint
CREATE INDEX "sandboxes_count" ON "sandboxes" USING btree ("user_id","status","is_instance");--> statement-breakpoint
CREATE INDEX "sandboxes_active" ON "sandboxes" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"is_instance") WHERE status not in ('TERMINATED', 'ERROR');