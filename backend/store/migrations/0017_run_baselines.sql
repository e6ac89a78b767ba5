CREATE TABLE "environment_baselines" (
	"environment_id" text PRIMARY KEY NOT NULL,
	"evaluation_id" text NOT NULL,
	"pinned_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "environment_baselines" ADD CONSTRAINT "environment_baselines_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environment_baselines" ADD CONSTRAINT "environment_baselines_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "environment_baselines_evaluation" ON "environment_baselines" USING btree ("evaluation_id");