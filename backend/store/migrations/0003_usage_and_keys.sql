ALTER TABLE "daily_usage" ALTER COLUMN "requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "daily_usage" ALTER COLUMN "failed_requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "daily_usage" ALTER COLUMN "unpriced_requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "inference_usage" ALTER COLUMN "prompt_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "inference_usage" ALTER COLUMN "cached_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "inference_usage" ALTER COLUMN "reasoning_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "inference_usage" ALTER COLUMN "completion_tokens" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "rollout_usage" ALTER COLUMN "requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "rollout_usage" ALTER COLUMN "failed_requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "rollout_usage" ALTER COLUMN "unpriced_requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "usage_totals" ALTER COLUMN "requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "usage_totals" ALTER COLUMN "failed_requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "usage_totals" ALTER COLUMN "unpriced_requests" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "idempotency_hash" text;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD COLUMN "idempotency_hash" text;