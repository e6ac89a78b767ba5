CREATE TABLE "engine_reports" (
	"name" text PRIMARY KEY NOT NULL,
	"report" jsonb,
	"trouble" text,
	"reported_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "attempts_lost" ON "attempts" USING btree ("executor","ended_at" DESC NULLS FIRST) WHERE ended = 'lost';