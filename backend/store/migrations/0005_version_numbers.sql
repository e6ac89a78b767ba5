-- A number that was published twice stays with the newest; the others are still found by their content hash.
UPDATE "environment_versions" v SET "semantic_version" = NULL
WHERE v."published_at" IS NOT NULL AND EXISTS (
  SELECT 1 FROM "environment_versions" w
  WHERE w."environment_id" = v."environment_id" AND w."semantic_version" = v."semantic_version" AND w."published_at" IS NOT NULL
    AND (w."published_at", w."id") > (v."published_at", v."id")
);--> statement-breakpoint
CREATE UNIQUE INDEX "environment_versions_number" ON "environment_versions" USING btree ("environment_id","semantic_version") WHERE published_at is not null;