-- What a service remembers of people. Frozen: a change is a new file.
CREATE TABLE folder_access (
    tenant_id UUID NOT NULL,
    folder_id UUID NOT NULL,
    parent_id UUID,
    access JSONB DEFAULT '[]' NOT NULL,
    version INTEGER DEFAULT '0' NOT NULL,
    access_version INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_folder_access PRIMARY KEY (tenant_id, folder_id)
);

CREATE TABLE identity_roles (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    version INTEGER NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    permissions TEXT[] DEFAULT '{}' NOT NULL,
    visibility TEXT NOT NULL,
    is_owner BOOLEAN NOT NULL,
    is_deleted BOOLEAN DEFAULT 'false' NOT NULL,
    CONSTRAINT pk_identity_roles PRIMARY KEY (tenant_id, id)
);

CREATE TABLE identity_teams (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    version INTEGER NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    member_ids UUID[] DEFAULT '{}' NOT NULL,
    is_deleted BOOLEAN DEFAULT 'false' NOT NULL,
    CONSTRAINT pk_identity_teams PRIMARY KEY (tenant_id, id)
);

CREATE TABLE identity_tenants (
    tenant_id UUID NOT NULL,
    version INTEGER NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    country TEXT DEFAULT '' NOT NULL,
    currency TEXT DEFAULT '' NOT NULL,
    timezone TEXT DEFAULT '' NOT NULL,
    locale TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_identity_tenants PRIMARY KEY (tenant_id)
);

CREATE TABLE identity_users (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    version INTEGER NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    email TEXT DEFAULT '' NOT NULL,
    locale TEXT DEFAULT '' NOT NULL,
    role_id UUID,
    team_ids UUID[] DEFAULT '{}' NOT NULL,
    is_active BOOLEAN NOT NULL,
    CONSTRAINT pk_identity_users PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_identity_users_role ON identity_users (tenant_id, role_id);

CREATE TABLE refs_snapshots (
    name TEXT NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_refs_snapshots PRIMARY KEY (name)
);
