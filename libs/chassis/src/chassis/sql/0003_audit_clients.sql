-- Which client an entry is about, so that who may not see the client does not see the entry; and the
-- order in which the entries of all services are read together.
alter table audit_log add column client_id uuid;

update audit_log set client_id = entity_id where entity = 'clients' and entity_id <> tenant_id;
update audit_log set client_id = (changes ->> 'client_id')::uuid
 where client_id is null and changes ->> 'client_id' is not null;

create index ix_audit_log_at on audit_log (tenant_id, at, id);
create index ix_audit_log_client on audit_log (tenant_id, client_id, at, id)
 where client_id is not null;
