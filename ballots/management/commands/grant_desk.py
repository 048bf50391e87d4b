from ballots.management.role_command import RoleCommand
from ballots.models import Box

State = Box.State
RUNNING = f"'{State.DRAFT}', '{State.SEALED_SETUP}', '{State.OPEN}', '{State.CLOSING}'"
DONE = f"'{State.PUBLISHED}', '{State.ARCHIVED}', '{State.ABORTED}'"
STEPS = ", ".join(f"'{state}>{following}'" for state in State for following in sorted(Box.NEXT[state]))
BOX = "SELECT FROM ballots_box box WHERE box.sid = ballots_envelope.sid AND box.state"

# What the policies rest on: a box that was closed to be read cannot be opened again, changed, or taken away and made anew.
WAY = f"""
CREATE OR REPLACE FUNCTION ballots_box_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF convert_from(OLD.manifest, 'UTF8')::jsonb ->> 'mode' <> 'rehearsal' THEN
            RAISE insufficient_privilege USING MESSAGE = 'permission denied: a formal box stays';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.sid <> OLD.sid OR NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({STEPS}) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied: there is no way back';
    END IF;
    IF OLD.state <> '{State.DRAFT}' AND (NEW.manifest, NEW.credentials) <> (OLD.manifest, OLD.credentials) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied: the setup is sealed';
    END IF;
    RETURN NEW;
END $$
"""

# Written once (protocol §7): what was opened, published or voided in a formal box stays; only a rehearsal is wiped.
ONCE = """
CREATE OR REPLACE FUNCTION ballots_written_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ballots_box WHERE sid = OLD.sid AND convert_from(manifest, 'UTF8')::jsonb ->> 'mode' = 'rehearsal'
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied: this is written once';
    END IF;
    RETURN OLD;
END $$
"""
KEPT = ("ballots_transcript", "ballots_publication", "ballots_void")


class Command(RoleCommand):
    help = (
        "Gives a PostgreSQL role exactly what the main site needs of the ballots: it runs the box, and sees no envelope before the "
        "box is closed for good. Run as superuser."
    )
    rights = (
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ballots_box TO {role}",
        "GRANT SELECT, INSERT, DELETE ON ballots_transcript, ballots_publication TO {role}",
        "GRANT SELECT, DELETE ON ballots_envelope, ballots_void TO {role}",
        "GRANT EXECUTE ON FUNCTION ballots_turnout(varchar), ballots_rewrite() TO {role}",
        "DROP POLICY IF EXISTS desk_reads ON ballots_envelope",
        f"CREATE POLICY desk_reads ON ballots_envelope FOR SELECT TO {{role}} USING (NOT EXISTS ({BOX} IN ({RUNNING})))",
        "DROP POLICY IF EXISTS desk_forgets ON ballots_envelope",
        f"CREATE POLICY desk_forgets ON ballots_envelope FOR DELETE TO {{role}} USING (EXISTS ({BOX} IN ({DONE})))",
        WAY,
        "DROP TRIGGER IF EXISTS way ON ballots_box",
        "CREATE TRIGGER way BEFORE UPDATE OR DELETE ON ballots_box FOR EACH ROW EXECUTE FUNCTION ballots_box_way()",
        ONCE,
        *(f"DROP TRIGGER IF EXISTS once ON {table}" for table in KEPT),
        *(f"CREATE TRIGGER once BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ballots_written_once()" for table in KEPT),
    )
    summary = "may run the box, and read and delete envelopes when it takes no more"
