CREATE TABLE "environment_examples" (
	"version_id" text NOT NULL,
	"position" integer NOT NULL,
	"example_id" text NOT NULL,
	"prompt" jsonb NOT NULL,
	"answer" text,
	"info" text,
	CONSTRAINT "environment_examples_version_id_position_pk" PRIMARY KEY("version_id","position")
);
--> statement-breakpoint
ALTER TABLE "environment_versions" ADD COLUMN "examples_with_secrets" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "environment_examples" ADD CONSTRAINT "environment_examples_version_id_environment_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."environment_versions"("id") ON DELETE cascade ON UPDATE no action;
