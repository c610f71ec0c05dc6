CREATE TABLE "access_grant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"course" text NOT NULL,
	"source" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoke_reason" text
);
--> statement-breakpoint
CREATE TABLE "heartbeat" (
	"name" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lesson_opened" (
	"person_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lesson_opened_person_id_lesson_id_pk" PRIMARY KEY("person_id","lesson_id")
);
--> statement-breakpoint
CREATE TABLE "lesson_video" (
	"lesson_id" text PRIMARY KEY NOT NULL,
	"guid" text NOT NULL,
	"assigned_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "letter" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"unique_key" text NOT NULL,
	"person_id" uuid,
	"purchase_id" uuid,
	"to_address" text NOT NULL,
	"inputs" jsonb NOT NULL,
	"template_version" integer NOT NULL,
	"key_id" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"ambiguous_at" timestamp with time zone,
	"drop_after" timestamp with time zone,
	"provider_id" text,
	"request_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"handed_over_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"state_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "letter_unique_key_unique" UNIQUE("unique_key")
);
--> statement-breakpoint
CREATE TABLE "login_token" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"token_hash" text NOT NULL,
	"code_hash" text,
	"browser_hash" text,
	"code_tries" integer DEFAULT 0 NOT NULL,
	"next" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "login_token_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "order_draft" (
	"id" uuid PRIMARY KEY NOT NULL,
	"attempt_id" uuid,
	"params_hash" text NOT NULL,
	"product_type" text NOT NULL,
	"email" text,
	"person_id" uuid,
	"shown_amount" integer NOT NULL,
	"currency" text NOT NULL,
	"consent_start_now" boolean DEFAULT false NOT NULL,
	"consent_acknowledges_loss" boolean DEFAULT false NOT NULL,
	"consent_text_version" text NOT NULL,
	"consent_at" timestamp with time zone,
	"terms_version" text NOT NULL,
	"request_id" text NOT NULL,
	"session_id" text,
	"session_url" text,
	"session_expires_at" timestamp with time zone,
	"cookie_hash" text,
	"cookie_spent_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "order_draft_attempt_id_unique" UNIQUE("attempt_id")
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email_normal" text NOT NULL,
	"email_raw" text NOT NULL,
	"name" text,
	"role" text DEFAULT 'learner' NOT NULL,
	"session_version" integer DEFAULT 1 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"first_login_at" timestamp with time zone,
	CONSTRAINT "person_email_normal_unique" UNIQUE("email_normal")
);
--> statement-breakpoint
CREATE TABLE "price" (
	"id" text PRIMARY KEY NOT NULL,
	"product_type" text NOT NULL,
	"lookup_key" text,
	"product_name" text NOT NULL,
	"currency" text NOT NULL,
	"unit_amount" integer NOT NULL,
	"active" boolean NOT NULL,
	"current" boolean DEFAULT true NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "progress" (
	"person_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"ranges" "int4multirange" NOT NULL,
	"position_ms" integer DEFAULT 0 NOT NULL,
	"position_at" timestamp with time zone NOT NULL,
	"done_mark" boolean,
	"done_mark_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "progress_person_id_lesson_id_pk" PRIMARY KEY("person_id","lesson_id"),
	CONSTRAINT "progress_position" CHECK ("progress"."position_ms" >= 0)
);
--> statement-breakpoint
CREATE TABLE "purchase" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "purchase_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"session_id" text NOT NULL,
	"order_id" uuid,
	"person_id" uuid,
	"version" integer DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"payment_status" text NOT NULL,
	"amount_subtotal" integer DEFAULT 0 NOT NULL,
	"amount_discount" integer DEFAULT 0 NOT NULL,
	"amount_tax" integer DEFAULT 0 NOT NULL,
	"amount_total" integer DEFAULT 0 NOT NULL,
	"amount_refunded" integer DEFAULT 0 NOT NULL,
	"currency" text DEFAULT 'eur' NOT NULL,
	"quantity" integer DEFAULT 1 NOT NULL,
	"price_id" text,
	"livemode" boolean NOT NULL,
	"payment_intent_id" text,
	"charge_id" text,
	"email" text,
	"name" text,
	"country" text,
	"flags" text[] DEFAULT '{}' NOT NULL,
	"request_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"paid_at" timestamp with time zone,
	"settled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "purchase_session_id_unique" UNIQUE("session_id")
);
--> statement-breakpoint
CREATE TABLE "rate_limit" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "release_override" (
	"scope" text PRIMARY KEY NOT NULL,
	"rule" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"person_version" integer NOT NULL,
	"device" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "video" (
	"guid" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"status" integer NOT NULL,
	"encode_progress" integer DEFAULT 0 NOT NULL,
	"length" integer DEFAULT 0 NOT NULL,
	"resolutions" text DEFAULT '' NOT NULL,
	"captions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"thumbnail_file" text,
	"fetched_at" timestamp with time zone NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_event" (
	"source" text NOT NULL,
	"id" text NOT NULL,
	"type" text NOT NULL,
	"object_id" text,
	"livemode" boolean DEFAULT false NOT NULL,
	"api_version" text,
	"raw" "bytea",
	"request_id" text,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"handled_at" timestamp with time zone,
	"outcome" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	CONSTRAINT "webhook_event_source_id_pk" PRIMARY KEY("source","id")
);
--> statement-breakpoint
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "login_token" ADD CONSTRAINT "login_token_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "access_grant_source" ON "access_grant" USING btree ("source","course");--> statement-breakpoint
CREATE INDEX "access_grant_person" ON "access_grant" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "letter_person" ON "letter" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "letter_purchase" ON "letter" USING btree ("purchase_id");--> statement-breakpoint
CREATE INDEX "letter_provider" ON "letter" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "letter_open" ON "letter" USING btree ("created_at") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "login_token_person" ON "login_token" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "login_token_browser" ON "login_token" USING btree ("browser_hash");--> statement-breakpoint
CREATE INDEX "order_draft_session" ON "order_draft" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "purchase_person" ON "purchase" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "purchase_payment_intent" ON "purchase" USING btree ("payment_intent_id");--> statement-breakpoint
CREATE INDEX "purchase_charge" ON "purchase" USING btree ("charge_id");--> statement-breakpoint
CREATE INDEX "session_person" ON "session" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "webhook_event_open" ON "webhook_event" USING btree ("received_at") WHERE handled_at is null;--> statement-breakpoint
CREATE INDEX "webhook_event_object" ON "webhook_event" USING btree ("object_id");