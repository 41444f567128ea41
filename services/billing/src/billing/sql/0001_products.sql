-- How products are found by their text. Frozen: a change is a new file.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- What a product is found by; folding takes out every space, so each typed word must occur somewhere.
create function product_text(name jsonb, description jsonb, sku text) returns text
    language sql immutable parallel safe
    return fold_compact(
        coalesce(name ->> 'ar', '') || E'\x1e' || coalesce(name ->> 'en', '') || E'\x1e'
        || coalesce(sku, '') || E'\x1e' || coalesce(description ->> 'ar', '') || E'\x1e'
        || coalesce(description ->> 'en', '')
    );
