CREATE TABLE "example_clusters" (
	"evaluation_id" text NOT NULL,
	"example_id" text NOT NULL,
	"cluster" text NOT NULL,
	CONSTRAINT "example_clusters_evaluation_id_example_id_pk" PRIMARY KEY("evaluation_id","example_id")
);
--> statement-breakpoint
ALTER TABLE "example_clusters" ADD CONSTRAINT "example_clusters_evaluation_id_evaluations_id_fk" FOREIGN KEY ("evaluation_id") REFERENCES "public"."evaluations"("id") ON DELETE cascade ON UPDATE no action;