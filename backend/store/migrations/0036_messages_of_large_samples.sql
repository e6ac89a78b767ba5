ALTER TABLE "sample_text_progress" ADD COLUMN "node" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
DELETE FROM "sample_texts" WHERE "sample_id" IN (
  SELECT s."id" FROM "samples" s JOIN "sample_bodies" b ON b."sample_id" = s."id"
  WHERE s."evaluation_id" IN (SELECT DISTINCT "evaluation_id" FROM "sample_nodes") AND b."body" #>> '{info,inspect_files}' IS NOT NULL
);--> statement-breakpoint
UPDATE "sample_text_progress" SET "seq" = 0 WHERE "evaluation_id" IN (SELECT DISTINCT "evaluation_id" FROM "sample_nodes");
