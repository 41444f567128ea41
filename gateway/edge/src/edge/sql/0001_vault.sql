-- What belongs to no tenant: global identities and signing keys. No service role may use the schema;
-- the functions below are the only way in (docs/system-lookups.md lists them).
create schema vault;

create table vault.identities (
    id uuid primary key,
    email text not null,
    password_hash text not null,
    created_at timestamptz not null default now(),
    password_changed_at timestamptz not null default now(),
    constraint uq_identities__email unique (email)
);

create table vault.signing_keys (
    id text primary key,
    public jsonb not null,
    sealed bytea not null,
    signs_from timestamptz not null,
    created_at timestamptz not null default now()
);

create function current_tenant() returns uuid language sql stable
set search_path = pg_catalog as $$
    select nullif(current_setting('app.tenant', true), '')::uuid
$$;

-- Sign-in: the identity behind an e-mail address and its users, the one used last first.
create function identity_by_email(in_email text)
returns table (identity_id uuid, password_hash text, tenant_id uuid, user_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 2 as $$
    select i.id, i.password_hash, u.tenant_id, u.id
      from vault.identities i
      left join public.users u on u.identity_id = i.id and u.is_active
     where i.email = in_email
     order by (select max(s.last_used_at) from public.sessions s
                where s.tenant_id = u.tenant_id and s.user_id = u.id) desc nulls last, u.created_at
$$;

create function tenant_of_session(in_session uuid, in_family bytea)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select s.tenant_id from public.sessions s where s.id = in_session and s.family_hash = in_family
$$;

create function tenant_of_api_key(in_hash bytea)
returns table (tenant_id uuid, api_key_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select k.tenant_id, k.id from public.api_keys k
     where k.secret_hash = in_hash and k.revoked_at is null
$$;

create function tenant_of_invitation(in_hash bytea)
returns table (tenant_id uuid, invitation_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select v.tenant_id, v.id from public.invitations v where v.token_hash = in_hash
$$;

-- For services that start with an empty copy of all tenants' people.
create function tenants_after(in_id uuid, in_limit integer)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select t.tenant_id from public.tenants t where t.tenant_id > in_id
     order by t.tenant_id limit in_limit
$$;

create function signing_keys()
returns table (id text, public jsonb, sealed bytea, signs_from timestamptz, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog rows 3 as $$
    select k.id, k.public, k.sealed, k.signs_from, k.created_at from vault.signing_keys k
     order by k.signs_from
$$;

-- Two processes that both find the keys too old add one key between them.
create function add_signing_key(
    in_id text, in_public jsonb, in_sealed bytea, in_signs_from timestamptz, in_since timestamptz
) returns table (is_added boolean)
language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform pg_advisory_xact_lock(7307202);
    if exists (select from vault.signing_keys k where k.created_at > in_since) then
        return query select false;
    else
        insert into vault.signing_keys (id, public, sealed, signs_from)
        values (in_id, in_public, in_sealed, in_signs_from);
        return query select true;
    end if;
end $$;

create function reseal_signing_key(in_id text, in_sealed bytea) returns table (is_changed boolean)
language sql security definer set search_path = pg_catalog as $$
    update vault.signing_keys k set sealed = in_sealed where k.id = in_id returning true
$$;

-- A key goes when its successor has signed for long enough that none of its tokens lives.
create function drop_signing_keys(in_before timestamptz) returns table (id text)
language sql security definer set search_path = pg_catalog as $$
    delete from vault.signing_keys k
     where exists (select from vault.signing_keys newer
                    where newer.signs_from > k.signs_from and newer.signs_from < in_before)
    returning k.id
$$;

create function forget_sessions(in_before timestamptz) returns table (forgotten bigint)
language sql security definer set search_path = pg_catalog, public as $$
    with gone as (
        delete from public.sessions s where s.expires_at < in_before or s.ended_at < in_before
        returning 1
    ), uninvited as (
        delete from public.invitations v where v.expires_at < in_before returning 1
    )
    select (select count(*) from gone) + (select count(*) from uninvited)
$$;

-- Within a unit of work: an address gets one identity for all tenants.
create function claim_identity(in_id uuid, in_email text, in_hash text)
returns table (identity_id uuid, is_new boolean)
language plpgsql security definer set search_path = pg_catalog as $$
begin
    insert into vault.identities (id, email, password_hash) values (in_id, in_email, in_hash)
    on conflict (email) do nothing;
    return query select i.id, i.id = in_id from vault.identities i where i.email = in_email;
end $$;

-- Within a unit of work: only identities that have a user in its tenant are within reach.
create function password_of(in_user uuid) returns text
language sql stable security definer set search_path = pg_catalog, public as $$
    select i.password_hash from vault.identities i
      join public.users u on u.identity_id = i.id
     where u.tenant_id = public.current_tenant() and u.id = in_user
$$;

create function change_password(in_user uuid, in_hash text) returns boolean
language sql security definer set search_path = pg_catalog, public as $$
    update vault.identities i set password_hash = in_hash, password_changed_at = now()
      from public.users u
     where u.identity_id = i.id and u.tenant_id = public.current_tenant() and u.id = in_user
    returning true
$$;

-- Within a unit of work: a changed password ends the person's sessions in other companies too.
create function other_sessions_of(in_user uuid)
returns table (tenant_id uuid, user_id uuid, session_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 5 as $$
    select s.tenant_id, s.user_id, s.id
      from public.users mine
      join public.users u on u.identity_id = mine.identity_id
      join public.sessions s on s.tenant_id = u.tenant_id and s.user_id = u.id
     where mine.tenant_id = public.current_tenant() and mine.id = in_user and s.ended_at is null
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
    signature regprocedure;
begin
    for signature in
        select p.oid::regprocedure from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
         where n.nspname = 'public' and p.proname in (
            'identity_by_email', 'tenant_of_session', 'tenant_of_api_key', 'tenant_of_invitation',
            'tenants_after', 'signing_keys', 'add_signing_key', 'reseal_signing_key',
            'drop_signing_keys', 'forget_sessions', 'claim_identity', 'password_of',
            'change_password', 'other_sessions_of')
    loop
        execute format('revoke all on function %s from public', signature);
        execute format('grant execute on function %s to %I, %I', signature, app, worker);
    end loop;
end $$;
