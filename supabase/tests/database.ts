import { randomUUID } from "node:crypto";
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

/** Roles belong to the server, not to a database: several test files may make them at once. */
const ROLES = `
  do $$
  declare r text;
  begin
    foreach r in array array['anon', 'authenticated', 'service_role'] loop
      begin
        execute format('create role %I nologin noinherit%s', r, case r when 'service_role' then ' bypassrls' else '' end);
      exception when duplicate_object or unique_violation then null;
      end;
    end loop;
  end $$`;

export type TestDatabase = {
  /** The owner's connections, for arranging rows and for looking at what came of a test. */
  readonly owner: postgres.Sql;
  /** A login like the application's: it owns nothing and can do nothing before it has taken a role. */
  readonly app: postgres.Sql;
  readonly url: string;
  readonly drop: () => Promise<void>;
};

export function adminUrl(): string {
  const url = process.env.TEST_DATABASE_ADMIN_URL;
  if (!url) {
    throw new Error(
      "The database tests need a PostgreSQL 18 server: set TEST_DATABASE_ADMIN_URL to its owner's address, or run `npm run test:db`, which starts one.",
    );
  }
  return url;
}

/** A new database with every migration applied, in their order. Drop it when the tests are done. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = new URL(adminUrl());
  const name = `cedar_test_${randomUUID().replaceAll("-", "")}`;
  const server = postgres(adminUrl(), { max: 1, onnotice: () => undefined });
  await server.unsafe(ROLES);
  await server.unsafe(`create database ${name}`);
  url.pathname = `/${name}`;
  const owner = postgres(url.href, { max: 4, onnotice: () => undefined });
  await owner.unsafe(AUTH_SCHEMA);
  await applyMigrations(owner);
  // A login of this database alone: the server's own app_login may have a password that tests do not know.
  const login = `${name}_app`;
  const password = randomUUID();
  await server.unsafe(`create role ${login} login noinherit password '${password}'`);
  await server.unsafe(`grant anon, authenticated, service_role to ${login}`);
  const app = postgres(url.href, { max: 24, username: login, password, onnotice: () => undefined });
  return {
    owner,
    app,
    url: url.href,
    drop: async () => {
      await Promise.all([owner.end(), app.end()]);
      await server.unsafe(`drop database ${name} with (force)`);
      await server.unsafe(`drop role ${login}`);
      await server.end();
    },
  };
}

/** Applies the migrations as the Supabase CLI does: each file in a transaction of its own. */
export async function applyMigrations(owner: postgres.Sql): Promise<void> {
  const files = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith(".sql"))
    .sort();
  const reserved = await owner.reserve();
  try {
    for (const file of files) {
      await reserved
        .unsafe(`begin; ${readFileSync(new URL(file, MIGRATIONS), "utf8")}; commit;`)
        .catch((error: unknown) => {
          throw new Error(`The migration ${file} failed: ${String(error)}`, { cause: error });
        });
    }
  } finally {
    reserved.release();
  }
}
