-- Pairs of clients that are probably one, and what they are found by. Frozen: a change is a new file.
create table match_keys (
    tenant_id uuid not null,
    key bytea not null,
    client_id uuid not null,
    reason text not null,
    constraint pk_match_keys primary key (tenant_id, key, client_id)
);
create index ix_match_keys_client on match_keys (tenant_id, client_id);

create table duplicates (
    tenant_id uuid not null,
    id uuid not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    first_client_id uuid not null,
    second_client_id uuid not null,
    reasons text[] not null,
    is_dismissed boolean not null,
    constraint pk_duplicates primary key (tenant_id, id),
    constraint fk_duplicates_first foreign key (tenant_id, first_client_id) references clients (tenant_id, id),
    constraint fk_duplicates_second foreign key (tenant_id, second_client_id) references clients (tenant_id, id),
    constraint uq_duplicates__pair unique (tenant_id, first_client_id, second_client_id)
);
create index ix_duplicates_second on duplicates (tenant_id, second_client_id);
create index ix_duplicates_created on duplicates (tenant_id, created_at, id);
