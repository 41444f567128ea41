-- Who was forgotten for good, by id: no event about them is handled any more. Frozen: a change is a
-- new file.
create table forgotten (
    tenant_id uuid not null,
    id uuid not null,
    forgotten_at timestamptz not null,
    forgotten_by text not null,
    primary key (tenant_id, id)
);

-- An audit row is never changed, but for this: of what was done to somebody who is forgotten, who did
-- it, when and to which fields stays, and what the fields became goes.
create function forget_audited(in_ids uuid[]) returns void
language sql security definer set search_path = pg_catalog, public as $$
    update public.audit_log
       set changes = (select jsonb_object_agg(name, 'null'::jsonb) from jsonb_object_keys(changes) name)
     where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
       and (client_id = any(in_ids) or entity_id = any(in_ids)) and changes <> '{}'
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function forget_audited(uuid[]) from public;
    execute format('grant execute on function forget_audited(uuid[]) to %I, %I', app, worker);
end $$;
