CREATE TABLE "run_presets" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"environment_id" text,
	"name" text NOT NULL,
	"config" json NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "run_presets" ADD CONSTRAINT "run_presets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_presets" ADD CONSTRAINT "run_presets_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "run_presets_name" ON "run_presets" USING btree ("user_id",coalesce("environment_id", ''),"name");--> statement-breakpoint
CREATE INDEX "run_presets_environment" ON "run_presets" USING btree ("environment_id");