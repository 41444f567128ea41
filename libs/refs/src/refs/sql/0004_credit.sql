-- What clients may owe and for how long; those remembered are asked for once more. Frozen: a change is
-- a new file.
ALTER TABLE client_refs ADD COLUMN credit_limit TEXT DEFAULT '' NOT NULL;
ALTER TABLE client_refs ADD COLUMN credit_days INTEGER;
DELETE FROM refs_snapshots WHERE name = 'clients';
