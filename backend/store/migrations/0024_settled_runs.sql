ALTER TABLE "evaluations" ADD COLUMN "settling" jsonb;--> statement-breakpoint
ALTER TABLE "samples" ADD COLUMN "draw_place" integer;