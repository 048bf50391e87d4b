-- Runs once, as superuser, when the cluster is made. Two databases that know nothing of each other, four roles.
--   shuze      owns the register and all else; cannot connect to the ballots
--   ars_owner  owns the ballots' tables; used by migrations only
--   ars_desk   the main site: runs the box, sees no envelope before the box is closed
--   ars_cast   the booth: takes envelopes, in silence
-- What the last two may touch comes after the migrations: `manage.py grant_desk ars_desk`, `manage.py grant_booth ars_cast`.
\set ON_ERROR_STOP on
\set shuze_password `cat "${SECRETS:-/run/secrets}/postgres_shuze"`
\set owner_password `cat "${SECRETS:-/run/secrets}/postgres_ars_owner"`
\set desk_password `cat "${SECRETS:-/run/secrets}/postgres_ars_desk"`
\set cast_password `cat "${SECRETS:-/run/secrets}/postgres_ars_cast"`

-- No statement and no value of one in the log, not even of a failing one (protocol §2, "PostgreSQL error log").
SET log_statement = 'none';
SET log_min_error_statement = 'panic';

CREATE ROLE shuze LOGIN PASSWORD :'shuze_password';
CREATE ROLE ars_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ars_desk LOGIN PASSWORD :'desk_password' NOCREATEDB NOCREATEROLE NOINHERIT;
CREATE ROLE ars_cast LOGIN PASSWORD :'cast_password' NOCREATEDB NOCREATEROLE NOINHERIT;

CREATE DATABASE shuze OWNER shuze ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE ballots OWNER ars_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE shuze, ballots, postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE ballots TO ars_desk, ars_cast;

-- An opinion or a named mark that cannot be stored is not in the log either.
ALTER DATABASE shuze SET log_min_error_statement = 'panic';
ALTER DATABASE shuze SET log_error_verbosity = 'terse';

-- For every role that works on the ballots; the booth's own gets stricter ones.
ALTER DATABASE ballots SET log_statement = 'none';
ALTER DATABASE ballots SET log_min_duration_statement = -1;
ALTER DATABASE ballots SET log_min_error_statement = 'panic';
ALTER DATABASE ballots SET log_error_verbosity = 'terse';
ALTER DATABASE ballots SET track_activities = off;
ALTER DATABASE ballots SET synchronous_commit = on;
