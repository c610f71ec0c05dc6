CREATE TABLE "access_claim" (
	"id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"email" text NOT NULL,
	"reference" text,
	"purchase_id" uuid,
	"why" text NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" text
);
--> statement-breakpoint
ALTER TABLE "letter" ADD COLUMN "parked_for" text;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "email_given" text;--> statement-breakpoint
CREATE INDEX "access_claim_open" ON "access_claim" USING btree ("received_at") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "access_claim_purchase" ON "access_claim" USING btree ("purchase_id");--> statement-breakpoint
CREATE INDEX "letter_parked" ON "letter" USING btree ("parked_for","state_at") WHERE state = 'parked';