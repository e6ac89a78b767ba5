-- Written by hand: the class of the index for search needs it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TABLE "sample_metrics" (
	"evaluation_id" text NOT NULL,
	"name" text NOT NULL,
	"value" double precision NOT NULL,
	"seq" integer NOT NULL,
	CONSTRAINT "sample_metrics_evaluation_id_name_value_seq_pk" PRIMARY KEY("evaluation_id","name","value","seq")
);
--> statement-breakpoint
DROP INDEX "evaluations_created";--> statement-breakpoint
DROP INDEX "evaluations_updated";--> statement-breakpoint
DROP INDEX "evaluations_name";--> statement-breakpoint
DROP INDEX "evaluations_environments";--> statement-breakpoint
ALTER TABLE "sample_metrics" ADD CONSTRAINT "sample_metrics_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "evaluations_first_environment" ON "evaluations" USING btree ((environments -> 0 ->> 'id'),"created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_first_environment_name" ON "evaluations" USING btree ((environments -> 0 ->> 'name'),"created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_search" ON "evaluations" USING gin ("name" gin_trgm_ops,"model_name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "evaluations_created" ON "evaluations" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST,"user_id","team_id");--> statement-breakpoint
CREATE INDEX "evaluations_updated" ON "evaluations" USING btree ("updated_at","id","user_id","team_id");--> statement-breakpoint
CREATE INDEX "evaluations_name" ON "evaluations" USING btree ("name","id","user_id","team_id");--> statement-breakpoint
CREATE INDEX "evaluations_environments" ON "evaluations" USING gin ("environments" jsonb_path_ops) WHERE jsonb_array_length(environments) > 1;--> statement-breakpoint
-- Written by hand: the metrics of samples that were there before.
INSERT INTO "sample_metrics" ("evaluation_id", "name", "value", "seq")
SELECT s."evaluation_id", m.key, m.value::text::float8, s."seq" FROM "samples" s, json_each(s."metrics") m
WHERE json_typeof(m.value) = 'number' AND length(m.key) <= 500
ON CONFLICT DO NOTHING;
