ALTER TABLE "evaluations" ALTER COLUMN "metadata" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "metrics" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "eval_config" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "samples" ALTER COLUMN "input_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "samples" ALTER COLUMN "output_tokens" SET DATA TYPE bigint;--> statement-breakpoint
CREATE INDEX "evaluations_uploads" ON "evaluations" USING btree ("updated_at") WHERE not is_hosted and status in ('PENDING', 'RUNNING', 'PROCESSING');