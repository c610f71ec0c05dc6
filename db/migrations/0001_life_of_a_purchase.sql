CREATE TABLE "alarm" (
	"cause" text PRIMARY KEY NOT NULL,
	"message" text NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"times" integer DEFAULT 1 NOT NULL,
	"cleared_at" timestamp with time zone,
	"mailed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_entry" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"person_id" uuid,
	"purchase_id" uuid,
	"target" text,
	"reason" text,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bookmark" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispute" (
	"id" text PRIMARY KEY NOT NULL,
	"purchase_id" uuid NOT NULL,
	"amount" integer NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"evidence_due_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "document" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"version" text NOT NULL,
	"filename" text NOT NULL,
	"mime" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "flow_step" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "flow_step_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"trace_id" text NOT NULL,
	"span_id" text NOT NULL,
	"parent_span_id" text,
	"at" timestamp with time zone NOT NULL,
	"duration_ms" integer DEFAULT 0 NOT NULL,
	"from_lane" text NOT NULL,
	"to_lane" text NOT NULL,
	"name" text NOT NULL,
	"outcome" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refund" (
	"id" text PRIMARY KEY NOT NULL,
	"purchase_id" uuid NOT NULL,
	"amount" integer NOT NULL,
	"status" text NOT NULL,
	"failure_reason" text,
	"created_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "withdrawal" (
	"id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"name" text NOT NULL,
	"contract" text NOT NULL,
	"email" text NOT NULL,
	"purchase_id" uuid,
	"state" text DEFAULT 'new' NOT NULL,
	"decided_at" timestamp with time zone,
	"decided_by" text,
	"note" text,
	"request_id" text
);
--> statement-breakpoint
ALTER TABLE "letter" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "letter" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "letter" ADD COLUMN "closed_by" text;--> statement-breakpoint
ALTER TABLE "order_draft" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "flags_seen" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "recovered_from" text;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "invoice_id" text;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "invoice_number" text;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "invoice_url" text;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "invoice_pdf" text;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "address_corrected_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "purchase" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "webhook_event" ADD COLUMN "traceparent" text;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_purchase_id_purchase_id_fk" FOREIGN KEY ("purchase_id") REFERENCES "public"."purchase"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_purchase_id_purchase_id_fk" FOREIGN KEY ("purchase_id") REFERENCES "public"."purchase"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit_entry" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_person" ON "audit_entry" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "audit_purchase" ON "audit_entry" USING btree ("purchase_id");--> statement-breakpoint
CREATE INDEX "dispute_purchase" ON "dispute" USING btree ("purchase_id");--> statement-breakpoint
CREATE UNIQUE INDEX "document_version" ON "document" USING btree ("kind","version");--> statement-breakpoint
CREATE INDEX "flow_step_trace" ON "flow_step" USING btree ("trace_id","at");--> statement-breakpoint
CREATE INDEX "flow_step_at" ON "flow_step" USING btree ("at");--> statement-breakpoint
CREATE INDEX "refund_purchase" ON "refund" USING btree ("purchase_id");--> statement-breakpoint
CREATE INDEX "withdrawal_received" ON "withdrawal" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "withdrawal_purchase" ON "withdrawal" USING btree ("purchase_id");--> statement-breakpoint
CREATE INDEX "letter_state" ON "letter" USING btree ("state","created_at");--> statement-breakpoint
CREATE INDEX "letter_created" ON "letter" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "letter_address" ON "letter" USING btree (lower("to_address"));--> statement-breakpoint
CREATE INDEX "purchase_created" ON "purchase" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "purchase_settled" ON "purchase" USING btree ("settled_at");--> statement-breakpoint
CREATE INDEX "purchase_email" ON "purchase" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "webhook_event_received" ON "webhook_event" USING btree ("received_at");