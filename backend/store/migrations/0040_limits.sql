ALTER TABLE "budgets" ADD COLUMN "member_id" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "budgets" ADD COLUMN "runs_at_once" integer;--> statement-breakpoint
ALTER TABLE "budgets" DROP CONSTRAINT "budgets_pkey";--> statement-breakpoint
ALTER TABLE "budgets" ALTER COLUMN "monthly_usd" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_account_id_member_id_pk" PRIMARY KEY("account_id","member_id");
