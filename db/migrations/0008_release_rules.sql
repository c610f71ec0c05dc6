CREATE TABLE "release_rule" (
	"lesson_id" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone,
	"rule" jsonb NOT NULL,
	CONSTRAINT "release_rule_lesson_id_since_pk" PRIMARY KEY("lesson_id","since")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "release_rule_stands" ON "release_rule" USING btree ("lesson_id") WHERE until is null;