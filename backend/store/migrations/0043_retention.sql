CREATE TABLE "retention" (
	"team_id" text PRIMARY KEY NOT NULL,
	"days" integer NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "retention" ADD CONSTRAINT "retention_set_by_users_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;