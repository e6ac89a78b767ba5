-- By hand, at the beginning: blocks have an owner and say where their texts are, so all are made anew. The worker does it in steps.
TRUNCATE "sample_texts";--> statement-breakpoint
CREATE TABLE "log_texts" (
	"evaluation_id" text NOT NULL,
	"place" integer NOT NULL,
	"owner" text NOT NULL,
	"text" text NOT NULL,
	"shown" text NOT NULL,
	"spots" json NOT NULL,
	CONSTRAINT "log_texts_evaluation_id_place_pk" PRIMARY KEY("evaluation_id","place")
);
--> statement-breakpoint
DROP INDEX "sample_text_progress_due";--> statement-breakpoint
DROP INDEX "sample_texts_search";--> statement-breakpoint
ALTER TABLE "sample_text_progress" ADD COLUMN "log_due" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sample_text_progress" ADD COLUMN "log_line" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sample_texts" ADD COLUMN "owner" text NOT NULL;--> statement-breakpoint
ALTER TABLE "sample_texts" ADD COLUMN "shown" text NOT NULL;--> statement-breakpoint
ALTER TABLE "sample_texts" ADD COLUMN "spots" json NOT NULL;--> statement-breakpoint
ALTER TABLE "log_texts" ADD CONSTRAINT "log_texts_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "log_texts_search" ON "log_texts" USING gin ("owner","text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "sample_text_progress_due" ON "sample_text_progress" USING btree ("evaluation_id") WHERE seq < due or log_line < log_due;--> statement-breakpoint
CREATE INDEX "sample_texts_search" ON "sample_texts" USING gin ("evaluation_id","owner","text" gin_trgm_ops);--> statement-breakpoint
-- By hand: the worker stores the texts of samples again, and the logs that are there already.
UPDATE "sample_text_progress" SET "seq" = 0;--> statement-breakpoint
INSERT INTO "sample_text_progress" ("evaluation_id", "due", "log_due")
SELECT "id", 0, "log_lines" FROM "evaluations" WHERE "log_lines" > 0
ON CONFLICT ("evaluation_id") DO UPDATE SET "log_due" = excluded."log_due";
