CREATE TABLE "webhook_refusal" (
	"day" date NOT NULL,
	"source" text NOT NULL,
	"reason" text NOT NULL,
	"times" integer NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_refusal_day_source_reason_pk" PRIMARY KEY("day","source","reason")
);
--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "role_from" text;--> statement-breakpoint
-- Until now nobody wrote down where a role came from. An account that `person promote` made has it by hand; every other operator
-- by the settings, which may take it back: whoever shall stay without standing there is promoted once more.
UPDATE "person" SET "role_from" = CASE WHEN "created_by" LIKE 'hand:promote%' THEN 'hand' ELSE 'settings' END WHERE "role" = 'admin';
