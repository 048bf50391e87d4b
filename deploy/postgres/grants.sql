-- Runs after every migration, as ars_desk: what the booth may do. It reads the box and what is published, adds an
-- envelope or a void, and changes or removes nothing.
\set ON_ERROR_STOP on
BEGIN;
GRANT USAGE ON SCHEMA public TO ars_cast;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ars_cast;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM ars_cast;
GRANT SELECT ON ballots_box, ballots_publication TO ars_cast;
GRANT SELECT, INSERT ON ballots_envelope, ballots_void TO ars_cast;
COMMIT;
