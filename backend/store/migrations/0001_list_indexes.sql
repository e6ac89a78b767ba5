DROP INDEX "environment_actions_version";--> statement-breakpoint
DROP INDEX "environments_name";--> statement-breakpoint
DROP INDEX "samples_example";--> statement-breakpoint
DROP INDEX "samples_reward";--> statement-breakpoint
DROP INDEX "samples_error_class";--> statement-breakpoint
DROP INDEX "api_keys_user";--> statement-breakpoint
CREATE INDEX "environments_created" ON "environments" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "environments_updated" ON "environments" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "environments_user" ON "environments" USING btree ("user_id","team_id");--> statement-breakpoint
CREATE INDEX "environments_team" ON "environments" USING btree ("team_id");--> statement-breakpoint
CREATE INDEX "environments_tags" ON "environments" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "environments_count" ON "environments" USING btree ("visibility","user_id","team_id") WHERE latest_version_id is not null;--> statement-breakpoint
CREATE INDEX "evaluations_status" ON "evaluations" USING btree ("status","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_hosted" ON "evaluations" USING btree ("is_hosted","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_suite" ON "evaluations" USING btree ("suite_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE suite_id is not null;--> statement-breakpoint
CREATE INDEX "evaluations_updated" ON "evaluations" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "evaluations_name" ON "evaluations" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "evaluations_model" ON "evaluations" USING btree ("model_name","id");--> statement-breakpoint
CREATE INDEX "evaluations_score" ON "evaluations" USING btree ((reward_sum / nullif(reward_count, 0)),"id");--> statement-breakpoint
CREATE INDEX "evaluations_score_desc" ON "evaluations" USING btree ((reward_sum / nullif(reward_count, 0)) desc nulls last,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_environments" ON "evaluations" USING gin ("environments" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "evaluations_count" ON "evaluations" USING btree ("user_id","team_id","status","is_hosted","model_name","suite_id");--> statement-breakpoint
CREATE INDEX "samples_example_id" ON "samples" USING btree ("evaluation_id","example_id","seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_duration" ON "samples" USING btree ("evaluation_id",coalesce("duration_ms", '-infinity'::float8),"seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_tokens" ON "samples" USING btree ("evaluation_id",coalesce(("input_tokens" + "output_tokens")::float8, '-infinity'::float8),"seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_outcome" ON "samples" USING btree ("evaluation_id","outcome","seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "sandboxes_count" ON "sandboxes" USING btree ("user_id","status");--> statement-breakpoint
CREATE INDEX "sandboxes_active" ON "sandboxes" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE status not in ('TERMINATED', 'ERROR');--> statement-breakpoint
CREATE INDEX "sandboxes_labels" ON "sandboxes" USING gin ("labels");--> statement-breakpoint
CREATE INDEX "environment_actions_version" ON "environment_actions" USING btree ("version_id","created_at");--> statement-breakpoint
CREATE INDEX "environments_name" ON "environments" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "samples_example" ON "samples" USING btree ("evaluation_id","example_order","seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_reward" ON "samples" USING btree ("evaluation_id",coalesce("reward", '-infinity'::float8),"seq") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_error_class" ON "samples" USING btree ("evaluation_id","error_class","seq") WHERE error_class is not null and not superseded;--> statement-breakpoint
CREATE INDEX "api_keys_user" ON "api_keys" USING btree ("user_id","created_at","id");