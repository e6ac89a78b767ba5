CREATE TABLE "sandbox_checkpoints" (
	"id" text PRIMARY KEY NOT NULL,
	"sandbox_id" text NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"evaluation_id" text,
	"parent_id" text,
	"depth" integer DEFAULT 0 NOT NULL,
	"image" text NOT NULL,
	"disk_gb" double precision NOT NULL,
	"state" text NOT NULL,
	"error" text,
	"stored_bytes" bigint,
	"occupied_bytes" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sandboxes" ADD COLUMN "checkpoint_id" text;--> statement-breakpoint
ALTER TABLE "sandbox_checkpoints" ADD CONSTRAINT "sandbox_checkpoints_sandbox_id_sandboxes_id_fk" FOREIGN KEY ("sandbox_id") REFERENCES "public"."sandboxes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandbox_checkpoints" ADD CONSTRAINT "sandbox_checkpoints_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandbox_checkpoints" ADD CONSTRAINT "sandbox_checkpoints_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandbox_checkpoints" ADD CONSTRAINT "sandbox_checkpoints_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sandbox_checkpoints_sandbox" ON "sandbox_checkpoints" USING btree ("sandbox_id","created_at","id");--> statement-breakpoint
CREATE INDEX "sandbox_checkpoints_user" ON "sandbox_checkpoints" USING btree ("user_id") WHERE team_id is null;--> statement-breakpoint
CREATE INDEX "sandbox_checkpoints_team" ON "sandbox_checkpoints" USING btree ("team_id") WHERE team_id is not null;--> statement-breakpoint
CREATE INDEX "sandbox_checkpoints_evaluation" ON "sandbox_checkpoints" USING btree ("evaluation_id") WHERE evaluation_id is not null;--> statement-breakpoint
CREATE INDEX "sandbox_checkpoints_pending" ON "sandbox_checkpoints" USING btree ("sandbox_id") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "sandbox_checkpoints_doomed" ON "sandbox_checkpoints" USING btree ("updated_at") WHERE state = 'DELETING';--> statement-breakpoint
CREATE INDEX "sandboxes_restoring" ON "sandboxes" USING btree ("checkpoint_id") WHERE status in ('PENDING', 'PROVISIONING') and checkpoint_id is not null;