DROP INDEX "evaluations_score";--> statement-breakpoint
DROP INDEX "evaluations_score_desc";--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "reward_exponent" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "evaluations_score" ON "evaluations" USING btree (coalesce(case reward_exponent when 0 then reward_sum / nullif(reward_count, 0)
  else least(greatest(reward_sum / nullif(reward_count, 0), -1.797e308 / 2 ^ reward_exponent), 1.797e308 / 2 ^ reward_exponent) * 2 ^ reward_exponent end, 'infinity'::float8),"id");--> statement-breakpoint
CREATE INDEX "evaluations_score_desc" ON "evaluations" USING btree (coalesce(case reward_exponent when 0 then reward_sum / nullif(reward_count, 0)
  else least(greatest(reward_sum / nullif(reward_count, 0), -1.797e308 / 2 ^ reward_exponent), 1.797e308 / 2 ^ reward_exponent) * 2 ^ reward_exponent end, '-infinity'::float8),"id");