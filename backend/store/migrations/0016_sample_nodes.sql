CREATE TABLE "sample_nodes" (
	"evaluation_id" text NOT NULL,
	"source" text NOT NULL,
	"list" text NOT NULL,
	"place" integer NOT NULL,
	"label" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "sample_nodes_evaluation_id_source_list_place_pk" PRIMARY KEY("evaluation_id","source","list","place")
);
--> statement-breakpoint
ALTER TABLE "sample_nodes" ADD CONSTRAINT "sample_nodes_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sample_nodes_attachments" ON "sample_nodes" USING btree ("evaluation_id","source","label") WHERE list = 'attachments';