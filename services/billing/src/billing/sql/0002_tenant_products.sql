-- The tenant's products for lists and searches, without row-level security around them, which would
-- keep LIKE from its index; the view's own condition takes its place (docs/decisions). Frozen.
create view tenant_products as
    select
        tenant_id, id, version, created_at, updated_at, name, description, kind, sku, sku_key, unit,
        prices, tax_id, is_active, external_id, folded
      from products
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    with cascaded check option;
