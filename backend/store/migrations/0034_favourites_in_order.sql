ALTER TABLE "favourite_models" ALTER COLUMN "created_at" SET DATA TYPE timestamp with time zone;--> statement-breakpoint
ALTER TABLE "favourite_models" ALTER COLUMN "created_at" SET DEFAULT now();