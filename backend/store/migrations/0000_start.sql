CREATE TABLE "environment_actions" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"version_id" text NOT NULL,
	"status" text NOT NULL,
	"trigger" text NOT NULL,
	"error" text,
	"attempt" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "environment_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"content_hash" text NOT NULL,
	"semantic_version" text,
	"wheel_filename" text NOT NULL,
	"wheel_sha256" text NOT NULL,
	"wheel_ready_at" timestamp (3) with time zone,
	"source_filename" text,
	"source_sha256" text,
	"published_at" timestamp (3) with time zone,
	"metadata" jsonb NOT NULL,
	"readme" text,
	"eval_defaults" jsonb,
	"arguments" jsonb,
	"rewards" jsonb,
	"dataset_size" bigint,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "environments" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"name" text NOT NULL,
	"description" text,
	"visibility" text NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"latest_version_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"evaluation_id" text NOT NULL,
	"number" integer NOT NULL,
	"reason" text NOT NULL,
	"resume_mode" text,
	"resumed_by" text,
	"executor" text NOT NULL,
	"machine" text NOT NULL,
	"handle" jsonb,
	"last_word" jsonb,
	"samples" integer DEFAULT 0 NOT NULL,
	"errored" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended" text,
	"end_detail" text,
	CONSTRAINT "attempts_evaluation_id_number_pk" PRIMARY KEY("evaluation_id","number")
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"is_hosted" boolean NOT NULL,
	"eval_type" text NOT NULL,
	"status" text NOT NULL,
	"phase" text NOT NULL,
	"phase_detail" text,
	"environment_id" text,
	"version_id" text,
	"environments" jsonb NOT NULL,
	"suite_id" text,
	"run_id" text,
	"model_name" text,
	"dataset" text,
	"framework" text,
	"task_type" text,
	"description" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"metadata" jsonb NOT NULL,
	"metrics" jsonb,
	"eval_config" jsonb,
	"is_public" boolean DEFAULT false NOT NULL,
	"show_on_leaderboard" boolean DEFAULT false NOT NULL,
	"idempotency_key" text,
	"failure" jsonb,
	"refused_permissions" text[] DEFAULT '{}' NOT NULL,
	"rollouts_total" integer,
	"rollouts_started" integer DEFAULT 0 NOT NULL,
	"samples_done" integer DEFAULT 0 NOT NULL,
	"samples_errored" integer DEFAULT 0 NOT NULL,
	"samples_superseded" integer DEFAULT 0 NOT NULL,
	"samples_to_redo" integer DEFAULT 0 NOT NULL,
	"reward_sum" double precision DEFAULT 0 NOT NULL,
	"reward_count" integer DEFAULT 0 NOT NULL,
	"reward_min" double precision,
	"reward_max" double precision,
	"log_lines" integer DEFAULT 0 NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"machine" text,
	"gateway_port" integer,
	"resume" jsonb,
	"cancel_requested_at" timestamp (3) with time zone,
	"deadline_at" timestamp (3) with time zone,
	"handle" jsonb,
	"events_offset" bigint DEFAULT 0 NOT NULL,
	"output_offset" bigint DEFAULT 0 NOT NULL,
	"executor" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"completed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_chunks" (
	"owner_id" text NOT NULL,
	"first_line" integer NOT NULL,
	"line_count" integer NOT NULL,
	"levels" smallint NOT NULL,
	"streams" smallint NOT NULL,
	"styled" boolean NOT NULL,
	"lines" json NOT NULL,
	CONSTRAINT "log_chunks_owner_id_first_line_pk" PRIMARY KEY("owner_id","first_line")
);
--> statement-breakpoint
CREATE TABLE "run_secrets" (
	"evaluation_id" text PRIMARY KEY NOT NULL,
	"sealed" "bytea",
	"sealed_attempt" "bytea"
);
--> statement-breakpoint
CREATE TABLE "run_statistics" (
	"evaluation_id" text PRIMARY KEY NOT NULL,
	"basis" text NOT NULL,
	"statistics" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"evaluation_id" text NOT NULL,
	"permissions" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sample_bodies" (
	"sample_id" text PRIMARY KEY NOT NULL,
	"body" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "samples" (
	"evaluation_id" text NOT NULL,
	"seq" integer NOT NULL,
	"id" text NOT NULL,
	"dedupe_key" text NOT NULL,
	"example_id" text NOT NULL,
	"example_order" double precision NOT NULL,
	"rollout_index" integer NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"supersedes" text,
	"superseded" boolean DEFAULT false NOT NULL,
	"redo" boolean DEFAULT false NOT NULL,
	"reward" double precision,
	"metrics" json NOT NULL,
	"outcome" text NOT NULL,
	"error" text,
	"error_class" text,
	"problems" json,
	"stop_condition" text,
	"session_ids" text[] DEFAULT '{}' NOT NULL,
	"input_tokens" integer,
	"output_tokens" integer,
	"duration_ms" double precision,
	"prompt_preview" text NOT NULL,
	"completion_preview" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "samples_evaluation_id_seq_pk" PRIMARY KEY("evaluation_id","seq"),
	CONSTRAINT "samples_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"name" text PRIMARY KEY NOT NULL,
	"machine" text NOT NULL,
	"places" integer NOT NULL,
	"beat_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "auth_challenges" (
	"code" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"public_key" text NOT NULL,
	"state" text NOT NULL,
	"user_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"joined_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "teams_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"slug" text,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "users_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "sandbox_hosts" (
	"worker" text PRIMARY KEY NOT NULL,
	"executor" text NOT NULL,
	"gateway_url" text NOT NULL,
	"refusal" text,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sandboxes" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"evaluation_id" text,
	"name" text NOT NULL,
	"image" text NOT NULL,
	"start_command" jsonb,
	"cpu_cores" double precision NOT NULL,
	"memory_gb" double precision NOT NULL,
	"disk_gb" double precision NOT NULL,
	"network_access" boolean NOT NULL,
	"timeout_minutes" integer NOT NULL,
	"idle_timeout_minutes" integer,
	"environment_vars" jsonb,
	"sealed_secrets" "bytea",
	"advanced_configs" jsonb,
	"region" text,
	"labels" text[] DEFAULT '{}' NOT NULL,
	"idempotency_key" text,
	"status" text NOT NULL,
	"exit_code" integer,
	"error_type" text,
	"error_message" text,
	"log_tail" text DEFAULT '' NOT NULL,
	"worker" text,
	"gateway_url" text,
	"executor" text,
	"has_image" boolean DEFAULT false NOT NULL,
	"handle" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"terminated_at" timestamp (3) with time zone,
	"seconds" double precision
);
--> statement-breakpoint
CREATE TABLE "environment_secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "environment_variables" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"name" text NOT NULL,
	"value" text NOT NULL,
	"description" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secret_links" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"secret_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"name" text NOT NULL,
	"description" text,
	"is_file" boolean NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"account_id" text PRIMARY KEY NOT NULL,
	"monthly_usd" double precision NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "daily_usage" (
	"day" date NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text NOT NULL,
	"environment_id" text NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"requests" integer NOT NULL,
	"failed_requests" integer NOT NULL,
	"prompt_tokens" bigint NOT NULL,
	"cached_tokens" bigint NOT NULL,
	"reasoning_tokens" bigint NOT NULL,
	"completion_tokens" bigint NOT NULL,
	"cost_usd" double precision NOT NULL,
	"unpriced_requests" integer NOT NULL,
	"sandbox_ms" bigint NOT NULL,
	"sandbox_usd" double precision NOT NULL,
	CONSTRAINT "daily_usage_user_id_team_id_day_environment_id_provider_model_pk" PRIMARY KEY("user_id","team_id","day","environment_id","provider","model")
);
--> statement-breakpoint
CREATE TABLE "inference_usage" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"team_id" text,
	"evaluation_id" text,
	"session_id" text,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"status" integer NOT NULL,
	"latency_ms" integer NOT NULL,
	"prompt_tokens" integer NOT NULL,
	"cached_tokens" integer NOT NULL,
	"reasoning_tokens" integer NOT NULL,
	"completion_tokens" integer NOT NULL,
	"cost_usd" double precision,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollout_usage" (
	"evaluation_id" text NOT NULL,
	"session_id" text NOT NULL,
	"requests" integer NOT NULL,
	"failed_requests" integer NOT NULL,
	"prompt_tokens" bigint NOT NULL,
	"cached_tokens" bigint NOT NULL,
	"reasoning_tokens" bigint NOT NULL,
	"completion_tokens" bigint NOT NULL,
	"cost_usd" double precision NOT NULL,
	"unpriced_requests" integer NOT NULL,
	CONSTRAINT "rollout_usage_evaluation_id_session_id_pk" PRIMARY KEY("evaluation_id","session_id")
);
--> statement-breakpoint
CREATE TABLE "sandbox_time" (
	"evaluation_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"usd_per_hour" double precision,
	CONSTRAINT "sandbox_time_evaluation_id_attempt_pk" PRIMARY KEY("evaluation_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "usage_totals" (
	"evaluation_id" text PRIMARY KEY NOT NULL,
	"requests" integer NOT NULL,
	"failed_requests" integer NOT NULL,
	"prompt_tokens" bigint NOT NULL,
	"cached_tokens" bigint NOT NULL,
	"reasoning_tokens" bigint NOT NULL,
	"completion_tokens" bigint NOT NULL,
	"cost_usd" double precision NOT NULL,
	"unpriced_requests" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "environment_actions" ADD CONSTRAINT "environment_actions_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environment_actions" ADD CONSTRAINT "environment_actions_version_id_environment_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."environment_versions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environment_versions" ADD CONSTRAINT "environment_versions_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environments" ADD CONSTRAINT "environments_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environments" ADD CONSTRAINT "environments_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_secrets" ADD CONSTRAINT "run_secrets_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_statistics" ADD CONSTRAINT "run_statistics_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_tokens" ADD CONSTRAINT "run_tokens_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sample_bodies" ADD CONSTRAINT "sample_bodies_sample_id_samples_id_fk" FOREIGN KEY ("sample_id") REFERENCES "public"."samples"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "samples" ADD CONSTRAINT "samples_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_challenges" ADD CONSTRAINT "auth_challenges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD CONSTRAINT "sandboxes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD CONSTRAINT "sandboxes_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD CONSTRAINT "sandboxes_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environment_secrets" ADD CONSTRAINT "environment_secrets_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environment_variables" ADD CONSTRAINT "environment_variables_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "secret_links" ADD CONSTRAINT "secret_links_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "secret_links" ADD CONSTRAINT "secret_links_secret_id_secrets_id_fk" FOREIGN KEY ("secret_id") REFERENCES "public"."secrets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inference_usage" ADD CONSTRAINT "inference_usage_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollout_usage" ADD CONSTRAINT "rollout_usage_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandbox_time" ADD CONSTRAINT "sandbox_time_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_totals" ADD CONSTRAINT "usage_totals_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "environment_actions_environment" ON "environment_actions" USING btree ("environment_id","created_at");--> statement-breakpoint
CREATE INDEX "environment_actions_version" ON "environment_actions" USING btree ("version_id");--> statement-breakpoint
CREATE INDEX "environment_actions_waiting" ON "environment_actions" USING btree ("created_at") WHERE status in ('PENDING', 'RUNNING');--> statement-breakpoint
CREATE UNIQUE INDEX "environment_versions_hash" ON "environment_versions" USING btree ("environment_id","content_hash");--> statement-breakpoint
CREATE INDEX "environment_versions_published" ON "environment_versions" USING btree ("environment_id","published_at");--> statement-breakpoint
CREATE UNIQUE INDEX "environments_owner_name" ON "environments" USING btree (coalesce("team_id", "user_id"),"name");--> statement-breakpoint
CREATE INDEX "environments_name" ON "environments" USING btree ("name");--> statement-breakpoint
CREATE INDEX "attempts_on_machine" ON "attempts" USING btree ("machine") WHERE handle is not null;--> statement-breakpoint
CREATE INDEX "evaluations_created" ON "evaluations" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_environment" ON "evaluations" USING btree ("environment_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_user" ON "evaluations" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_team" ON "evaluations" USING btree ("team_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "evaluations_queue" ON "evaluations" USING btree (coalesce("team_id", "user_id"),"user_id","created_at","id") WHERE is_hosted and status = 'PENDING';--> statement-breakpoint
CREATE INDEX "evaluations_at_work" ON "evaluations" USING btree ("created_at") WHERE is_hosted and status in ('RUNNING', 'PROCESSING');--> statement-breakpoint
CREATE UNIQUE INDEX "evaluations_idempotency" ON "evaluations" USING btree ("user_id","idempotency_key","environment_id");--> statement-breakpoint
CREATE INDEX "run_tokens_evaluation" ON "run_tokens" USING btree ("evaluation_id");--> statement-breakpoint
CREATE UNIQUE INDEX "samples_dedupe" ON "samples" USING btree ("evaluation_id","dedupe_key") WHERE not superseded;--> statement-breakpoint
CREATE INDEX "samples_superseded" ON "samples" USING btree ("evaluation_id","dedupe_key") WHERE superseded;--> statement-breakpoint
CREATE INDEX "samples_example" ON "samples" USING btree ("evaluation_id","example_order","seq");--> statement-breakpoint
CREATE INDEX "samples_reward" ON "samples" USING btree ("evaluation_id","reward","seq");--> statement-breakpoint
CREATE INDEX "samples_error_class" ON "samples" USING btree ("evaluation_id","error_class","seq") WHERE error_class is not null;--> statement-breakpoint
CREATE INDEX "api_keys_user" ON "api_keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_challenges_expires" ON "auth_challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sandboxes_user" ON "sandboxes" USING btree ("user_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sandboxes_team" ON "sandboxes" USING btree ("team_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sandboxes_evaluation" ON "sandboxes" USING btree ("evaluation_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sandboxes_waiting" ON "sandboxes" USING btree ("created_at") WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "sandboxes_kept" ON "sandboxes" USING btree ("worker") WHERE status in ('PROVISIONING', 'RUNNING') or handle is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "sandboxes_idempotency" ON "sandboxes" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "environment_secrets_name" ON "environment_secrets" USING btree ("environment_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "environment_variables_name" ON "environment_variables" USING btree ("environment_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "secret_links_environment" ON "secret_links" USING btree ("environment_id","secret_id");--> statement-breakpoint
CREATE INDEX "secret_links_secret" ON "secret_links" USING btree ("secret_id");--> statement-breakpoint
CREATE UNIQUE INDEX "secrets_owner_name" ON "secrets" USING btree (coalesce("team_id", "user_id"),"name");--> statement-breakpoint
CREATE INDEX "daily_usage_team" ON "daily_usage" USING btree ("team_id","day");--> statement-breakpoint
CREATE INDEX "inference_usage_evaluation" ON "inference_usage" USING btree ("evaluation_id");--> statement-breakpoint
CREATE INDEX "inference_usage_created" ON "inference_usage" USING btree ("created_at");