-- PostgreSQL lets PUBLIC call every new function: those of the migrations before this one are for whom they granted.
revoke execute on all functions in schema private from public;
revoke execute on all procedures in schema private from public;
