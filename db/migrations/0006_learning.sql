CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS unaccent;--> statement-breakpoint
-- German words without their umlauts: „Auslöser“ and „ausloser“ are one. Trusted extensions, so the database's owner may.
CREATE TEXT SEARCH CONFIGURATION werkstatt (COPY = pg_catalog.german);--> statement-breakpoint
ALTER TEXT SEARCH CONFIGURATION werkstatt ALTER MAPPING FOR hword, hword_part, word WITH unaccent, german_stem;--> statement-breakpoint
CREATE TABLE "certificate" (
	"number" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"course" text NOT NULL,
	"course_title" text NOT NULL,
	"name" text NOT NULL,
	"completed_on" date NOT NULL,
	"lessons" integer NOT NULL,
	"minutes" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "certificate_person_id_unique" UNIQUE("person_id")
);
--> statement-breakpoint
CREATE TABLE "checklist_tick" (
	"person_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"item" text NOT NULL,
	"ticked" boolean NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "checklist_tick_person_id_lesson_id_item_pk" PRIMARY KEY("person_id","lesson_id","item")
);
--> statement-breakpoint
CREATE TABLE "email_change" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"new_normal" text NOT NULL,
	"new_raw" text NOT NULL,
	"old_token_hash" text NOT NULL,
	"new_token_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"old_confirmed_at" timestamp with time zone,
	"new_confirmed_at" timestamp with time zone,
	"moved_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "email_change_old_token_hash_unique" UNIQUE("old_token_hash"),
	CONSTRAINT "email_change_new_token_hash_unique" UNIQUE("new_token_hash")
);
--> statement-breakpoint
CREATE TABLE "learner_setting" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"player" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"release_mails" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "learning_day" (
	"person_id" uuid NOT NULL,
	"day" date NOT NULL,
	"watched_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "learning_day_person_id_day_pk" PRIMARY KEY("person_id","day"),
	CONSTRAINT "learning_day_watched" CHECK (watched_ms >= 0)
);
--> statement-breakpoint
CREATE TABLE "lesson_announced" (
	"person_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "lesson_announced_person_id_lesson_id_pk" PRIMARY KEY("person_id","lesson_id")
);
--> statement-breakpoint
CREATE TABLE "note" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"kind" text NOT NULL,
	"position_ms" integer,
	"body" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	"words" "tsvector" GENERATED ALWAYS AS (to_tsvector('werkstatt', body)) STORED,
	CONSTRAINT "note_position" CHECK (position_ms >= 0)
);
--> statement-breakpoint
CREATE TABLE "passage" (
	"lesson_id" text NOT NULL,
	"kind" text NOT NULL,
	"place" integer NOT NULL,
	"second" integer,
	"body" text NOT NULL,
	"words" "tsvector" GENERATED ALWAYS AS (to_tsvector('werkstatt', body)) STORED,
	CONSTRAINT "passage_lesson_id_kind_place_pk" PRIMARY KEY("lesson_id","kind","place")
);
--> statement-breakpoint
CREATE TABLE "passage_word" (
	"word" text PRIMARY KEY NOT NULL,
	"times" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "week_plan" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"weekdays" integer[] NOT NULL,
	"minutes" integer NOT NULL,
	"time" text NOT NULL,
	"starts_on" date NOT NULL,
	"feed_version" integer,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "email_change" ADD CONSTRAINT "email_change_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "email_change_open" ON "email_change" USING btree ("person_id") WHERE moved_at is null and cancelled_at is null;--> statement-breakpoint
CREATE INDEX "note_person" ON "note" USING btree ("person_id","lesson_id");--> statement-breakpoint
CREATE INDEX "note_words" ON "note" USING gin ("words");--> statement-breakpoint
CREATE INDEX "note_deleted" ON "note" USING btree ("deleted_at") WHERE deleted_at is not null;--> statement-breakpoint
CREATE INDEX "passage_words" ON "passage" USING gin ("words");--> statement-breakpoint
CREATE INDEX "passage_word_near" ON "passage_word" USING gin ("word" gin_trgm_ops);