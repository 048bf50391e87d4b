"""An installation for one run: its own PostgreSQL cluster (or SQLite files), booth and worker on loopback, gone at the end.

The cluster takes its settings, its roles and their rights from what production uses: docker-compose.yml, deploy/, and the commands that grant rights.
"""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
CLIENTS = 600  # connections the cluster lets in, so that the floor can have as many clients as there are tablets


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_postgres():
    """PostgreSQL does not start as root."""
    return [] if os.geteuid() else ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


def family(pid):
    """A process and all below it."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return [pid, *(below for child in children for below in family(child))]


def cpu_seconds(pid):
    """User and system time of a process and its children, with those that have ended."""
    seconds = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            seconds += sum(map(int, fields[11:15])) / TICKS
    return seconds


def megabytes(pid):
    """Memory of a process and its children, what they share counted once (PSS)."""
    total = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


class Installation:
    def __init__(self, *, sqlite):
        self.sqlite, self.processes = sqlite, {}
        self.folder = Path(tempfile.mkdtemp(prefix="shuze-benchmark-", dir="/var/tmp"))  # a disk: /tmp may be memory
        self.folder.chmod(0o755)
        self.port, self.booth_port, self.web_port = free_port(), free_port(), free_port()
        self.environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "HOME": str(self.folder),
            "SHUZE_VAR": str(self.folder / "var"),
            "SECRET_KEY": "only-for-a-benchmark",
            "BOOTH_ORIGIN": f"http://127.0.0.1:{self.booth_port}",
            "DEMO": "1",  # plain http, fictional data
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }

    def __enter__(self):
        try:
            (self.folder / "var").mkdir()
            if not self.sqlite:
                self.start_cluster()
            self.run([sys.executable, "scripts/prepare-data", "databases"], role="ars_owner")
            if not self.sqlite:
                for command in ("grant_booth ars_cast", "grant_desk ars_desk"):
                    self.run([sys.executable, "manage.py", *command.split()], role="postgres")
            self.run([sys.executable, "scripts/prepare-data", "demonstration"], role="ars_owner")
            self.start_booth()
            self.start_worker()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes.values()):
            process.send_signal(signal.SIGINT)  # to PostgreSQL: at once
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.folder)

    # --- PostgreSQL -----------------------------------------------------------------------------------------

    def start_cluster(self):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))[-1]
        self.pgbench = str(programs / "pgbench")
        service = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["postgres"]
        home = self.folder / "postgres"
        home.mkdir()
        if not os.geteuid():
            shutil.chown(home, "postgres", "postgres")
        initdb = [programs / "initdb", "-D", home / "data", "-U", "postgres", "--auth=trust", "--data-checksums", "-E", "UTF8"]
        self.run([*as_postgres(), *initdb])
        own = ["-p", self.port, "-k", home, "-c", "listen_addresses=127.0.0.1", "-c", f"max_connections={CLIENTS}"]
        command = [programs / "postgres", "-D", home / "data", *shlex.split(service["command"])[1:], *own]
        self.start("postgres", [*as_postgres(), *command], port=self.port)
        while self.psql("-c", "SELECT 1", check=False).returncode:  # it listens before it lets anybody in
            time.sleep(0.1)
        self.run(["deploy/make-secrets", self.folder / "secrets"])
        self.psql("-f", "deploy/postgres/10-roles.sql", SECRETS=str(self.folder / "secrets"))

    def psql(self, *arguments, check=True, **environment):
        login = ["psql", "-h", "127.0.0.1", "-p", self.port, "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
        return self.run([*login, *arguments], check=check, **environment)

    def sql(self, statement):
        return self.psql("-d", "ballots", "-tAc", statement).stdout.strip()

    def databases(self, role):
        """The two addresses a process gets that knows the ballots as `role`."""
        if self.sqlite:
            return {}
        url = f"postgres://{{}}@127.0.0.1:{self.port}/{{}}"
        return {"DATABASE_URL": url.format("shuze", "shuze"), "BALLOTS_DATABASE_URL": url.format(role, "ballots")}

    # --- processes ------------------------------------------------------------------------------------------

    def run(self, command, *, role=None, check=True, **environment):
        environment = self.environment | (self.databases(role) if role else {}) | environment
        done = subprocess.run([*map(str, command)], cwd=ROOT, env=environment, text=True, capture_output=True)
        if check and done.returncode:
            sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done

    def start(self, name, command, *, port=None, role=None):
        log = (self.folder / f"{name}.log").open("w")
        environment = self.environment | (self.databases(role) if role else {})
        process = subprocess.Popen([*map(str, command)], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.processes[name] = process
        deadline = time.monotonic() + 60
        while port and process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            time.sleep(0.1)
        if port:
            sys.exit(f"{name} did not start:\n{(self.folder / f'{name}.log').read_text()[-2000:]}")

    def start_booth(self):
        command = [sys.executable, "-m", "gunicorn", "--config", "config/booth_gunicorn.py"]
        self.start("booth", [*command, "--bind", f"127.0.0.1:{self.booth_port}"], port=self.booth_port, role="ars_cast")

    def start_web(self):
        """The main site as the Procfile starts it."""
        web = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines())["web"]
        command = [part.replace("$SITE_BIND", f"127.0.0.1:{self.web_port}") for part in shlex.split(web)[1:]]
        self.start("web", command, port=self.web_port, role="ars_desk")

    def stop(self, name):
        process = self.processes.pop(name)
        process.terminate()
        process.wait(20)

    def start_worker(self):
        command = [
            sys.executable,
            "-m",
            "celery",
            "--quiet",
            "--app",
            "config",
            "worker",
            "--pool",
            "solo",
            "--loglevel",
            "warning",
        ]
        self.start("worker", [*command, "--without-gossip", "--without-mingle"], role="ars_desk")
