CREATE TABLE "run_findings" (
	"evaluation_id" text PRIMARY KEY NOT NULL,
	"basis" text,
	"findings" json,
	"due_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "run_findings" ADD CONSTRAINT "run_findings_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_findings_due" ON "run_findings" USING btree ("due_at") WHERE "run_findings"."due_at" is not null;