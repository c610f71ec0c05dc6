CREATE INDEX "person_created" ON "person" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "person_words" ON "person" USING gin (to_tsvector('simple', coalesce("name", '') || ' ' || translate(coalesce("email_normal", ''), '@.-_+', '     ')));--> statement-breakpoint
CREATE INDEX "purchase_invoice" ON "purchase" USING btree ("invoice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "purchase_number" ON "purchase" USING btree ("number");--> statement-breakpoint
CREATE INDEX "purchase_words" ON "purchase" USING gin (to_tsvector('simple', coalesce("name", '') || ' ' || translate(coalesce("email", ''), '@.-_+', '     ')));