ALTER TABLE "sandboxes" ADD COLUMN "network_allowlist" text[];--> statement-breakpoint
ALTER TABLE "sandboxes" ADD COLUMN "network_denylist" text[];--> statement-breakpoint
ALTER TABLE "sandboxes" ADD COLUMN "network_generation" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD COLUMN "network_applied" integer DEFAULT 1 NOT NULL;