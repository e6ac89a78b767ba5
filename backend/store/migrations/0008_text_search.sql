-- By hand: the extensions of the index. Both are trusted, so the database's owner may create them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS btree_gin;--> statement-breakpoint
CREATE TABLE "sample_text_progress" (
	"evaluation_id" text PRIMARY KEY NOT NULL,
	"due" integer NOT NULL,
	"seq" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sample_texts" (
	"sample_id" text NOT NULL,
	"place" integer NOT NULL,
	"evaluation_id" text NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "sample_texts_sample_id_place_pk" PRIMARY KEY("sample_id","place")
);
--> statement-breakpoint
ALTER TABLE "sample_text_progress" ADD CONSTRAINT "sample_text_progress_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sample_texts" ADD CONSTRAINT "sample_texts_sample_id_samples_id_fk" FOREIGN KEY ("sample_id") REFERENCES "public"."samples"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sample_text_progress_due" ON "sample_text_progress" USING btree ("evaluation_id") WHERE seq < due;--> statement-breakpoint
CREATE INDEX "sample_texts_search" ON "sample_texts" USING gin ("evaluation_id","text" gin_trgm_ops);--> statement-breakpoint
-- By hand: the worker stores the texts of samples that are there already, in steps.
INSERT INTO "sample_text_progress" ("evaluation_id", "due")
SELECT "id", "samples_done" + "samples_superseded" FROM "evaluations" WHERE "samples_done" > 0;
