"""What a newcomer relies on before anything runs: the example settings, the lock files, the production outline."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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
