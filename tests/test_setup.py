"""What a newcomer relies on before anything runs: the example settings, the lock files, the production outline."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings as site
from packaging.requirements import Requirement

from rectification.forms import UPLOADS_HELP

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]
# Addresses of registries and folders of somebody's machine. Written so that this file does not find itself.
FOREIGN = re.compile(
    r"https?://(?:[\w.-]*\.)?(?:pypi|pythonhosted|npmjs|debian|ubuntu)\.(?:org|com)/|--(?:extra-)?index-url"
    r"|/(?:root|work|home/\w+)/(?=\w)|\"resolved\":"
)


def pinned(lock):
    """The packages of a lock file with their versions, each with its hashes."""
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().replace("\\\n", " "))
    found = {}
    for entry in filter(None, map(str.strip, entries)):
        name, version = re.match(r"([\w.-]+)==([^\s;]+)", entry).groups()
        found[name] = (version, re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    return found


def tracked_files():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def test_example_names_exactly_the_variables_the_settings_read():
    read = set()
    for settings in ("settings.py", "booth.py"):
        read |= set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", (ROOT / "config" / settings).read_text()))

    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert len(read) > 10
    assert named == read


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock):
    packages = pinned(lock)

    assert packages
    assert [name for name, (_, hashes) in packages.items() if not hashes] == []


@pytest.mark.parametrize(("lock", "extras"), [("requirements.txt", []), ("requirements-dev.txt", ["dev"])])
def test_lock_satisfies_what_the_project_asks_for(lock, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    packages = pinned(lock)

    for requirement in map(Requirement, wanted):
        assert requirement.name in packages, f"{requirement.name} is not in {lock}: make the lock anew"
        assert requirement.specifier.contains(packages[requirement.name][0])


def test_what_is_tested_is_what_runs():
    tested = pinned("requirements-dev.txt")

    assert {name: entry for name, entry in pinned("requirements.txt").items() if tested.get(name) != entry} == {}


def test_no_file_names_a_registry_or_somebodys_machine():
    found = []
    for file in tracked_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {hit.group()}" for hit in FOREIGN.finditer(text)]

    assert found == []


@pytest.fixture(scope="module")
def outline():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_production_has_every_service(outline):
    assert set(outline["services"]) == {
        "postgres", "redis", "migrate", "grants", "web", "worker", "beat", "booth", "proxy",
    }  # fmt: skip


def test_production_containers_are_confined(outline):
    for name, service in outline["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "unprivileged" in service["image"] or not service["user"].startswith(("0", "root")), name


def test_the_clock_remembers_across_a_restart_what_it_has_done_today(outline):
    """Its schedule lies where the settings say, in the volume of the files: what a tmpfs forgets is a day's task not done."""
    beat = outline["services"]["beat"]

    assert "files:/var/lib/shuze" in beat["volumes"]
    assert "--schedule" not in beat["command"]
    assert site.CELERY_BEAT_SCHEDULE_FILENAME.startswith(str(site.VAR))


def test_only_the_proxy_is_reachable_from_outside(outline):
    assert [name for name, service in outline["services"].items() if "ports" in service] == ["proxy"]


def test_booth_knows_nothing_but_its_box(outline):
    booth = outline["services"]["booth"]

    assert booth["secrets"] == ["booth_database_url"]
    assert booth["volumes"] == ["receipt-keys:/var/lib/shuze/receipt-keys:ro"]
    assert booth["networks"] == ["booth", "ballots"]
    assert {"SECRET_KEY_FILE", "SECOND_FACTOR_KEY_FILE", "DATABASE_URL_FILE", "BROKER_URL_FILE"}.isdisjoint(booth["environment"])
    assert not {"booth", "ballots"} & set(outline["services"]["worker"]["networks"])


def test_only_the_migrations_know_the_owner_of_the_ballots(outline):
    knows = {name for name, service in outline["services"].items() if "ballots_owner_url" in service.get("secrets", [])}
    admin = {name for name, service in outline["services"].items() if "ballots_admin_url" in service.get("secrets", [])}

    assert (knows, admin) == ({"migrate"}, {"grants"})
    assert outline["services"]["migrate"]["environment"]["BALLOTS_DATABASE_URL_FILE"] == "/run/secrets/ballots_owner_url"


def test_production_names_only_variables_the_settings_read(outline):
    read = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    for service in ("web", "worker", "beat", "migrate", "booth"):
        names = {name.removesuffix("_FILE") for name in outline["services"][service]["environment"]}
        assert names <= read, service


def test_every_secret_of_production_is_made_and_closed(outline, tmp_path):
    named = {Path(secret["file"]).name for secret in outline["secrets"].values()}

    def make():
        subprocess.run([ROOT / "deploy" / "make-secrets", tmp_path / "secrets"], check=True, capture_output=True)
        return {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}

    made = make()

    assert make() == made
    assert set(made) == named
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "secrets").iterdir()} == {0o400}
    assert made["postgres_ars_cast"] in made["booth_database_url"]
    assert len({value for name, value in made.items() if name.startswith("postgres_")}) == 5
    assert made["second_factor_key"] != made["secret_key"]


def test_every_file_production_mounts_exists(outline):
    mounted = [volume.split(":")[0] for service in outline["services"].values() for volume in service.get("volumes", ())]
    files = [path for path in mounted if path.startswith("./") and not path.endswith("/tls")]

    assert len(files) >= 6
    assert [path for path in files if not (ROOT / path).is_file()] == []


def test_passwords_are_hashed_with_all_the_work_the_algorithm_asks_for():
    """The tests themselves hash with less (tests/settings.py)."""
    from config import settings

    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"DEMO": "0", "DEBUG": "0"}, (True, False)),
        ({"DEMO": "0", "DEBUG": "0", "SECOND_FACTOR_KEY": "given"}, (True, True)),
        ({"DEMO": "1", "DEBUG": "0"}, (False, True)),
        ({"DEMO": "0", "DEBUG": "1"}, (True, True)),
        ({"DEMO": "1", "DEBUG": "0", "SECOND_FACTOR": "1"}, (True, True)),
    ],
)
def test_a_second_factor_is_asked_for_but_in_the_demonstration_and_its_key_is_made_in_development_only(told, expected, tmp_path):
    code = "from config import settings as s; print(s.SECOND_FACTOR, bool(s.SECOND_FACTOR_KEY))"
    env = {"PATH": os.environ["PATH"], "SHUZE_VAR": str(tmp_path), **told}

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout

    assert said.split() == [str(part) for part in expected]
    assert (tmp_path / "second_factor_key").exists() == (expected[1] and "SECOND_FACTOR_KEY" not in told)


def test_the_proxy_takes_all_files_of_a_form_and_says_in_words_what_is_too_much(settings):
    config = (ROOT / "deploy" / "nginx" / "sites.conf.template").read_text()
    most = settings.UPLOAD_TOTAL // 2**20

    assert f"client_max_body_size {most + 1}m;" in config
    assert f"合计不超过 {most} MB" in config
    assert f"合计不超过 {most} MB" in str(UPLOADS_HELP)
