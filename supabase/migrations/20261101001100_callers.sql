-- Who may call what: PostgreSQL lets PUBLIC call every new function, and a schema's default privileges cannot take that
-- away. Functions that come later revoke it themselves; supabase/tests/catalogue.test.ts lists every caller.
revoke execute on all functions in schema private from public;
