-- Pages that are made once (docs/decisions/keptPages.md) fall when one of these rows changes. One message a transaction: PostgreSQL joins equal ones.
CREATE FUNCTION "tell_page_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('page_changed', TG_TABLE_NAME);
	RETURN NULL;
END
$$;--> statement-breakpoint
CREATE TRIGGER "price_changed" AFTER UPDATE ON "price" FOR EACH ROW
	WHEN ((OLD.product_name, OLD.currency, OLD.unit_amount, OLD.active, OLD.current) IS DISTINCT FROM (NEW.product_name, NEW.currency, NEW.unit_amount, NEW.active, NEW.current))
	EXECUTE FUNCTION "tell_page_changed"();--> statement-breakpoint
CREATE TRIGGER "price_came_or_went" AFTER INSERT OR DELETE ON "price" FOR EACH ROW EXECUTE FUNCTION "tell_page_changed"();--> statement-breakpoint
-- A rule for one person changes no page for all.
CREATE TRIGGER "release_came" AFTER INSERT OR UPDATE ON "release_override" FOR EACH ROW
	WHEN (NEW.scope NOT LIKE 'person:%') EXECUTE FUNCTION "tell_page_changed"();--> statement-breakpoint
CREATE TRIGGER "release_went" AFTER DELETE ON "release_override" FOR EACH ROW
	WHEN (OLD.scope NOT LIKE 'person:%') EXECUTE FUNCTION "tell_page_changed"();--> statement-breakpoint
CREATE TRIGGER "film_changed" AFTER UPDATE ON "video" FOR EACH ROW
	WHEN ((OLD.length, OLD.status, OLD.gone_at) IS DISTINCT FROM (NEW.length, NEW.status, NEW.gone_at))
	EXECUTE FUNCTION "tell_page_changed"();--> statement-breakpoint
CREATE TRIGGER "film_came_or_went" AFTER INSERT OR DELETE ON "video" FOR EACH ROW EXECUTE FUNCTION "tell_page_changed"();--> statement-breakpoint
CREATE TRIGGER "film_assigned" AFTER INSERT OR UPDATE OR DELETE ON "lesson_video" FOR EACH ROW EXECUTE FUNCTION "tell_page_changed"();
