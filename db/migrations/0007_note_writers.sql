ALTER TABLE "note" ADD COLUMN "writers" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "note" ADD COLUMN "copy_of" uuid;