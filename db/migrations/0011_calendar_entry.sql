CREATE TABLE "calendar_entry" (
	"person_id" uuid NOT NULL,
	"lesson_id" text NOT NULL,
	"hash" text NOT NULL,
	"sequence" integer DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "calendar_entry_person_id_lesson_id_pk" PRIMARY KEY("person_id","lesson_id"),
	CONSTRAINT "calendar_entry_sequence" CHECK (sequence >= 0)
);
