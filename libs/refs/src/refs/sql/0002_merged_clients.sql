-- Rows about merged clients are found by their survivor. Frozen: a change is a new file.
CREATE INDEX ix_client_refs_merged ON client_refs (tenant_id, merged_into) WHERE merged_into IS NOT NULL;
