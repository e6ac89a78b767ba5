DROP INDEX "evaluations_score";--> statement-breakpoint
DROP INDEX "evaluations_score_desc";--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "metadata" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "metrics" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "evaluations" ALTER COLUMN "eval_config" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "samples" ALTER COLUMN "input_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "samples" ALTER COLUMN "output_tokens" SET DATA TYPE bigint;--> statement-breakpoint
CREATE INDEX "evaluations_model_desc" ON "evaluations" USING btree ("model_name" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "evaluations_uploads" ON "evaluations" USING btree ("updated_at") WHERE not is_hosted and status in ('PENDING', 'RUNNING', 'PROCESSING');--> statement-breakpoint
CREATE INDEX "samples_reward_asc" ON "samples" USING btree ("evaluation_id",coalesce("reward", 'infinity'::float8),"seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_duration_asc" ON "samples" USING btree ("evaluation_id",coalesce("duration_ms", 'infinity'::float8),"seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_tokens_asc" ON "samples" USING btree ("evaluation_id",coalesce(("input_tokens" + "output_tokens")::float8, 'infinity'::float8),"seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "evaluations_score" ON "evaluations" USING btree (coalesce(reward_sum / nullif(reward_count, 0), 'infinity'::float8),"id");--> statement-breakpoint
CREATE INDEX "evaluations_score_desc" ON "evaluations" USING btree (coalesce(reward_sum / nullif(reward_count, 0), '-infinity'::float8),"id");