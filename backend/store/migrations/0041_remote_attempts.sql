CREATE TABLE "remote_attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"evaluation_id" text NOT NULL,
	"number" integer NOT NULL,
	"token_hash" text NOT NULL,
	"sealed_order" "bytea",
	"instance" text,
	"events_received" bigint DEFAULT 0 NOT NULL,
	"output_received" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"heard_at" timestamp (3) with time zone,
	"stop_requested_at" timestamp (3) with time zone,
	"exit" jsonb,
	"fenced_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "remote_spool" (
	"place" text PRIMARY KEY NOT NULL,
	"attempt_id" text NOT NULL,
	"stream" text NOT NULL,
	"offset" bigint NOT NULL,
	"size" integer NOT NULL,
	"sealed_lines" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "remote_attempts" ADD CONSTRAINT "remote_attempts_evaluation_id_number_attempts_evaluation_id_number_fk" FOREIGN KEY ("evaluation_id","number") REFERENCES "public"."attempts"("evaluation_id","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "remote_spool" ADD CONSTRAINT "remote_spool_attempt_id_remote_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."remote_attempts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "remote_attempts_token" ON "remote_attempts" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "remote_attempts_evaluation" ON "remote_attempts" USING btree ("evaluation_id","number");--> statement-breakpoint
CREATE INDEX "remote_spool_order" ON "remote_spool" USING btree ("attempt_id","stream","offset");