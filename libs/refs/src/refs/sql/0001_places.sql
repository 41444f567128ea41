-- What the service that owns people remembers of folders. Frozen: a change is a new file.
CREATE TABLE folder_access (
    tenant_id UUID NOT NULL,
    folder_id UUID NOT NULL,
    parent_id UUID,
    access JSONB DEFAULT '[]' NOT NULL,
    version INTEGER DEFAULT '0' NOT NULL,
    access_version INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_folder_access PRIMARY KEY (tenant_id, folder_id)
);

CREATE TABLE refs_snapshots (
    name TEXT NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_refs_snapshots PRIMARY KEY (name)
);
