"""What differs between two versions of a scheme, entry by entry."""

from typing import NamedTuple


class Difference(NamedTuple):
    """A member of the scheme that is not the same: `section` and `entry` say where, None stands for “not there”."""

    section: str
    entry: str
    member: str
    old: object
    new: object


def differences(old: dict, new: dict) -> list[Difference]:
    """Every difference, in the order of the new scheme; the version itself is none."""
    found = []
    for section in dict.fromkeys([*new, *old]):
        if section in ("version", "code"):
            continue
        before, after = old.get(section), new.get(section)
        if _is_list(before) or _is_list(after):
            found += _entries(section, _by_name(before), _by_name(after))
        elif isinstance(before, dict) or isinstance(after, dict):
            found += _members(section, "", before or {}, after or {})
        elif before != after:
            found.append(Difference(section, "", "", before, after))
    return found


def _is_list(value):
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _by_name(entries):
    """Entries by their code, label or place, whichever tells them apart."""
    named = {}
    for n, entry in enumerate(entries if isinstance(entries, list) else [entries] if entries else [], 1):
        key = entry.get("code") or entry.get("label") or str(n)
        named[key if key not in named else f"{key} {n}"] = entry
    return named


def _entries(section, old, new):
    found = []
    for key in dict.fromkeys([*new, *old]):
        if key not in old or key not in new:
            found.append(Difference(section, key, "", old.get(key), new.get(key)))
        else:
            found += _members(section, key, old[key], new[key])
    return found


def _members(section, key, old, new):
    members = dict.fromkeys([*new, *old])
    return [Difference(section, key, m, old.get(m), new.get(m)) for m in members if old.get(m) != new.get(m)]
