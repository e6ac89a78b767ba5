ALTER TABLE "environment_versions" ALTER COLUMN "metadata" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "environment_versions" ALTER COLUMN "arguments" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "sandboxes" ALTER COLUMN "advanced_configs" SET DATA TYPE json;