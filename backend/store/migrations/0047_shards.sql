CREATE TABLE "attempt_shards" (
	"evaluation_id" text NOT NULL,
	"number" integer NOT NULL,
	"shard" integer NOT NULL,
	"events_offset" bigint NOT NULL,
	"output_offset" bigint NOT NULL,
	"last_word" jsonb,
	CONSTRAINT "attempt_shards_evaluation_id_number_shard_pk" PRIMARY KEY("evaluation_id","number","shard")
);
--> statement-breakpoint
ALTER TABLE "attempt_shards" ADD CONSTRAINT "attempt_shards_evaluation_id_number_attempts_evaluation_id_number_fk" FOREIGN KEY ("evaluation_id","number") REFERENCES "public"."attempts"("evaluation_id","number") ON DELETE cascade ON UPDATE no action;