DROP INDEX "evaluations_idempotency";--> statement-breakpoint
CREATE INDEX "evaluations_idempotency" ON "evaluations" USING btree ("user_id","idempotency_key") WHERE idempotency_key is not null;