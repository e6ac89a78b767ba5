CREATE TABLE "sample_reviews" (
	"sample_id" text NOT NULL,
	"user_id" text NOT NULL,
	"turn" text NOT NULL,
	"evaluation_id" text NOT NULL,
	"rating" double precision,
	"labels" text[] NOT NULL,
	"note" text,
	"drawn" boolean NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sample_reviews_sample_id_user_id_turn_pk" PRIMARY KEY("sample_id","user_id","turn")
);
--> statement-breakpoint
ALTER TABLE "sample_reviews" ADD CONSTRAINT "sample_reviews_sample_id_samples_id_fk" FOREIGN KEY ("sample_id") REFERENCES "public"."samples"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sample_reviews" ADD CONSTRAINT "sample_reviews_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sample_reviews_evaluation" ON "sample_reviews" USING btree ("evaluation_id","sample_id");--> statement-breakpoint
CREATE INDEX "sample_reviews_user" ON "sample_reviews" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "samples_draw" ON "samples" USING btree ("evaluation_id",(('x' || left(md5("id"), 8))::bit(32)::bigint),"seq") WHERE not superseded;