-- By hand: the digits that a double had lost are still in the id.
ALTER TABLE "samples" ALTER COLUMN "example_order" SET DATA TYPE numeric
  USING CASE WHEN "example_id" ~ '^-?[0-9]{1,100}$' THEN "example_id"::numeric ELSE "example_order"::numeric END;
