-- Events that nobody may wait for behind thousands of others: a change of access is one.
alter table outbox add column urgent boolean not null default false;
create index ix_outbox_urgent on outbox (position) where sent_at is null and urgent;
