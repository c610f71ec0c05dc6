CREATE TABLE "fraud_warning" (
	"id" text PRIMARY KEY NOT NULL,
	"purchase_id" uuid NOT NULL,
	"type" text NOT NULL,
	"actionable" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "order_draft" ADD COLUMN "session_expired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "fraud_warning" ADD CONSTRAINT "fraud_warning_purchase_id_purchase_id_fk" FOREIGN KEY ("purchase_id") REFERENCES "public"."purchase"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "fraud_warning_purchase" ON "fraud_warning" USING btree ("purchase_id");