ALTER TABLE "sample_bodies" DROP CONSTRAINT "sample_bodies_sample_id_samples_id_fk";
--> statement-breakpoint
ALTER TABLE "sample_metrics" DROP CONSTRAINT "sample_metrics_evaluation_id_evaluations_id_fk";
--> statement-breakpoint
DROP INDEX "samples_reward_asc";--> statement-breakpoint
DROP INDEX "samples_duration_asc";--> statement-breakpoint
DROP INDEX "samples_tokens_asc";