CREATE TABLE "evaluation_stars" (
	"user_id" text NOT NULL,
	"evaluation_id" text NOT NULL,
	CONSTRAINT "evaluation_stars_user_id_evaluation_id_pk" PRIMARY KEY("user_id","evaluation_id")
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_views_name" UNIQUE("user_id","name")
);
--> statement-breakpoint
DROP INDEX "evaluations_created";--> statement-breakpoint
DROP INDEX "evaluations_updated";--> statement-breakpoint
DROP INDEX "evaluations_name";--> statement-breakpoint
DROP INDEX "evaluations_count";--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "notes" text;--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "archived_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "run_statistics" ADD COLUMN "interval95" json GENERATED ALWAYS AS (statistics -> 'reward' -> 'interval95') STORED;--> statement-breakpoint
ALTER TABLE "evaluation_stars" ADD CONSTRAINT "evaluation_stars_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluation_stars" ADD CONSTRAINT "evaluation_stars_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evaluation_stars_evaluation" ON "evaluation_stars" USING btree ("evaluation_id");--> statement-breakpoint
CREATE INDEX "evaluations_tags" ON "evaluations" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "evaluations_tagged" ON "evaluations" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"user_id","team_id") WHERE tags <> '{}';--> statement-breakpoint
CREATE INDEX "evaluations_archived" ON "evaluations" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"user_id","team_id") WHERE archived_at is not null;--> statement-breakpoint
CREATE INDEX "evaluations_created" ON "evaluations" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"user_id","team_id","archived_at");--> statement-breakpoint
CREATE INDEX "evaluations_updated" ON "evaluations" USING btree ("updated_at","id","user_id","team_id","archived_at");--> statement-breakpoint
CREATE INDEX "evaluations_name" ON "evaluations" USING btree ("name","id","user_id","team_id","archived_at");--> statement-breakpoint
CREATE INDEX "evaluations_count" ON "evaluations" USING btree ("user_id","team_id","status","is_hosted","model_name","suite_id","archived_at");