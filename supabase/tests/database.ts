import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import postgres from "postgres";

const MIGRATIONS = new URL("../migrations/", import.meta.url);

/** What the migrations need of Supabase Auth: the tables and functions that the embedded service makes, no more. */
const AUTH_SCHEMA = `
  create schema auth;
  create table auth.users (
    id uuid primary key,
    aud varchar default 'authenticated',
    role varchar default 'authenticated',
    email varchar,
    encrypted_password varchar,
    phone text unique,
    email_confirmed_at timestamptz,
    confirmed_at timestamptz generated always as (email_confirmed_at) stored,
    raw_app_meta_data jsonb default '{}',
    raw_user_meta_data jsonb default '{}',
    banned_until timestamptz,
    deleted_at timestamptz,
    is_sso_user boolean not null default false,
    is_anonymous boolean not null default false,
    last_sign_in_at timestamptz,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  create unique index users_email_partial_key on auth.users (email) where (is_sso_user = false);
  create table auth.sessions (
    id uuid primary key,
    user_id uuid not null references auth.users (id) on delete cascade,
    not_after timestamptz,
    aal text,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  create table auth.refresh_tokens (
    id text primary key,
    token varchar not null,
    user_id uuid not null,
    session_id uuid references auth.sessions (id) on delete cascade
  );
  create table auth.identities (
    id uuid primary key,
    provider text not null,
    provider_id text not null,
    user_id uuid not null references auth.users (id) on delete cascade,
    identity_data jsonb not null default '{}',
    email varchar generated always as (lower(identity_data ->> 'email')) stored
  );
  create table auth.flow_state (
    id uuid primary key,
    user_id uuid,
    authentication_method text not null,
    provider_type text not null
  );
  create table auth.audit_log_entries (id uuid primary key, payload json, ip_address varchar(64) default '');
  alter table auth.identities enable row level security;
  alter table auth.flow_state enable row level security;
  alter table auth.audit_log_entries enable row level security;
  alter table auth.users enable row level security;
  alter table auth.sessions enable row level security;
  alter table auth.refresh_tokens enable row level security;
  create function auth.uid() returns uuid language sql stable as
    $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
  create function auth.role() returns text language sql stable as
    $$ select nullif(current_setting('request.jwt.claim.role', true), '') $$;
  create function auth.email() returns text language sql stable as
    $$ select nullif(current_setting('request.jwt.claim.email', true), '') $$;
  create function auth.jwt() returns jsonb language sql stable as
    $$ select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
  grant usage on schema auth to anon, authenticated, service_role;`;

/** Roles belong to the server, not to a database: files that run at once make them one after the other. */
const ROLES = `
  do $$
  declare r text;
  begin
    foreach r in array array['anon', 'authenticated', 'service_role'] loop
      if not exists (select from pg_roles where rolname = r) then
        execute format('create role %I nologin noinherit%s', r, case r when 'service_role' then ' bypassrls' else '' end);
      end if;
    end loop;
  end $$`;

const TEMPLATE_LOCK = 20_261_101;

export type TestDatabase = {
  /** The owner's connections, for arranging rows and for looking at what came of a test. */
  readonly owner: postgres.Sql;
  /** A login like the application's: it owns nothing and can do nothing before it has taken a role. */
  readonly app: postgres.Sql;
  readonly url: string;
  readonly drop: () => Promise<void>;
};

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_ADMIN_URL;
  if (!url) {
    throw new Error(
      "The database tests need a PostgreSQL 18 server: set TEST_DATABASE_ADMIN_URL to its owner's address, or run `npm run test:db`, which starts one.",
    );
  }
  return url;
}

/**
 * A new database with every migration applied, in their order, or a copy of another one whose connections have ended.
 * Drop it when the tests are done.
 */
export async function createTestDatabase(copied?: Pick<TestDatabase, "url">): Promise<TestDatabase> {
  const name = `cedar_test_${randomUUID().replaceAll("-", "")}`;
  // A login of this database alone: the server's own app_login may have a password that tests do not know.
  const login = `${name}_app`;
  const password = randomUUID();
  const url = urlOf(name);
  const server = postgres(adminUrl(), quietly(1));
  const owner = postgres(url, quietly(4));
  const app = postgres(url, { ...quietly(24), username: login, password });
  const drop = async () => {
    await Promise.all([owner.end(), app.end()]);
    await server.unsafe(`drop database if exists ${name} with (force)`);
    await server.unsafe(`drop role if exists ${login}`);
    await server.end();
  };
  try {
    if (copied) await server.unsafe(copyStatement(name, new URL(copied.url).pathname.slice(1)));
    else await copyTemplate(server, name);
    await server.unsafe(`create role ${login} login noinherit password '${password}'`);
    await server.unsafe(`grant anon, authenticated, service_role to ${login}`);
  } catch (error) {
    await drop();
    throw error;
  }
  return { owner, app, url, drop };
}

const quietly = (max: number) => ({ max, onnotice: () => undefined });

function urlOf(name: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return url.href;
}

const copyStatement = (name: string, template: string): string =>
  `create database ${name} template ${template} strategy file_copy`;

/**
 * Copies the template: a database made once for a state of the migrations, by whichever file comes first. It stays on the
 * server until the migrations change.
 */
async function copyTemplate(server: postgres.Sql, name: string): Promise<void> {
  const migrations = readMigrations();
  const state = createHash("sha256").update(AUTH_SCHEMA).update(JSON.stringify(migrations)).digest("hex");
  const template = `cedar_template_${state.slice(0, 16)}`;
  await server`select pg_advisory_lock(${TEMPLATE_LOCK})`;
  try {
    const known = await server<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, 'cedar_template_')`;
    if (!known.some((database) => database.name === template)) {
      for (const old of known) await server.unsafe(`drop database if exists ${old.name} with (force)`);
      await makeTemplate(server, template, migrations);
    }
    await server.unsafe(copyStatement(name, template));
  } finally {
    await server`select pg_advisory_unlock(${TEMPLATE_LOCK})`;
  }
}

async function makeTemplate(
  server: postgres.Sql,
  template: string,
  migrations: readonly Migration[],
): Promise<void> {
  const unfinished = `${template}_unfinished`;
  await server.unsafe(ROLES);
  await server.unsafe(`create database ${unfinished}`);
  const owner = postgres(urlOf(unfinished), quietly(1));
  try {
    await owner.unsafe(AUTH_SCHEMA);
    await applyMigrations(owner, migrations);
  } finally {
    await owner.end();
  }
  await server.unsafe(`alter database ${unfinished} rename to ${template}`);
}

type Migration = { readonly file: string; readonly text: string };

function readMigrations(): Migration[] {
  return readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ file, text: readFileSync(new URL(file, MIGRATIONS), "utf8") }));
}

/** Applies migrations as the Supabase CLI does: each file in a transaction of its own. */
async function applyMigrations(owner: postgres.Sql, migrations: readonly Migration[]): Promise<void> {
  for (const { file, text } of migrations) {
    await owner.unsafe(`begin; ${text}; commit;`).catch((error: unknown) => {
      throw new Error(`The migration ${file} failed: ${String(error)}`, { cause: error });
    });
  }
}
