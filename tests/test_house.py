"""What holds for the whole house and no compiler minds (docs: the import contracts in pyproject.toml hold the rest).

Where something is allowed in a place or two, the place stands here with its reason: a new one is argued for here.
"""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
APPS = ["core", "ballots", "officials", "notices", "reviews", "scoring", "live", "rectification", "archive", "desk"]
NAMELESS = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
MARKS_AS_SAFE = {
    "core/icons.py",  # our own drawings
    "desk/views/tour.py",  # our own guide, escaped first
}
DRAWS_LOTS = {
    "ballots/reference.py",  # a share's number from the system's source; the marks of a trial
    "desk/management/demo/texts.py",  # the words of people who do not exist
    "desk/management/demo/vote.py",  # and their marks
}
SAFE_IN_TEMPLATES = {"templates/shuze/_below.html"}  # a field's help text, which stands in our own forms
CATCHES_ALL = {"scoring/actions/papers.py"}  # a paper that cannot be made is logged and shown as failed


LEADS_UP = {  # templates that name an address of an app above their own; views pass such addresses in (`frame.url_of`)
    "notices/_letter_actions.html",  # serving and voiding a letter concern what follows from it
    "notices/letter_list.html",
    "officials/account_list.html",  # what takes a second person stands with the desk
    "officials/login.html",  # the demonstration
    "officials/official_list.html",
    "officials/unit_list.html",
}


def modules():
    """(path as text, its tree) of all code of the apps, migrations aside."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def code():
    return dict(modules())


def files(folder, suffix):
    paths = [path for path in sorted((ROOT / folder).rglob(f"*{suffix}")) if "build" not in path.parts]
    assert paths
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def importing(code, *names):
    return {path for path, tree in code.items() if any(name in names or name.startswith(names) for name in imported(tree))}


def called(tree):
    """The last name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", None))


def constants(tree):
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


# --- names -------------------------------------------------------------------------------------------------


def test_every_module_has_a_name_that_says_something(code):
    assert [path for path in code if Path(path).stem in NAMELESS] == []


def addresses(resolver=None, app=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, pattern.namespace or app)
        elif app in APPS:
            yield app, pattern.name, inspect.unwrap(pattern.callback)


def test_view_and_address_share_a_name():
    found = list(addresses())

    assert len(found) > 100
    assert [(app, name, view.__name__) for app, name, view in found if name != view.__name__] == []


def test_a_page_bears_the_name_of_its_view():
    """Fragments (`_…`) are shared by several views, and papers are no pages."""
    pages, strange = 0, []
    for app, name, view in addresses():
        named = {text for text in constants(ast.parse(inspect.getsource(view))) if re.fullmatch(r"[a-z_]+/[a-z]\w*\.html", text)}
        named = {text for text in named if not text.startswith("paper/")}
        pages += bool(named)
        if named and f"{app}/{name}.html" not in named:
            strange.append((app, name, named))

    assert pages > 40
    assert strange == []


def test_migrations_say_what_they_do():
    found = [path.stem for app in APPS for path in (ROOT / app / "migrations").glob("0*.py")]

    assert len(found) >= 8
    assert [name for name in found if "auto" in name] == []


# --- what reaches a browser --------------------------------------------------------------------------------


def test_what_people_typed_is_escaped(code):
    """S13. Also held by ruff (S308), whose exceptions are counted here."""
    templates = {path for path, text in files("templates", ".html").items() if re.search(r"\|\s*safe\b|autoescape\s+off", text)}
    scripts = files("static", ".js").items()

    assert importing(code, "django.utils.safestring") == MARKS_AS_SAFE
    assert templates == SAFE_IN_TEMPLATES
    assert [path for path, text in scripts if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", text)] == []


def test_no_template_holds_script_or_style():
    """The content security policy forbids both: what stood there would silently do nothing."""
    forbidden = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)

    assert {path: hit.group() for path, text in files("templates", ".html").items() if (hit := forbidden.search(text))} == {}


# --- code --------------------------------------------------------------------------------------------------


def test_templates_name_addresses_of_their_own_app_and_those_below():
    up = set()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        app, name = path.parent.name, f"{path.parent.name}/{path.name}"
        named = re.findall(r"""{% url ['"](\w+):""", path.read_text(encoding="utf-8"))
        if app in APPS and any(APPS.index(other) > APPS.index(app) for other in named if other in APPS):
            up.add(name)

    assert up == LEADS_UP


def test_secrets_come_from_the_system_and_only_fiction_from_lots(code):
    """S50."""
    assert importing(code, "random", "random.") == DRAWS_LOTS


def test_what_is_posted_is_put_together_in_the_language_of_the_installation(code):
    """Words of a notice that the program writes are a function: `notices.post` calls it in Chinese, whoever acts."""
    posts, eager = 0, []
    for path, tree in code.items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if getattr(call.func, "attr", getattr(call.func, "id", "")) == "post":
                words = [keyword.value for keyword in call.keywords if keyword.arg in ("subject", "body")]
                posts += bool(words)
                eager += [(path, word.lineno) for word in words if not isinstance(word, ast.Lambda | ast.Name)]

    assert posts > 10
    assert eager == []


def test_the_trail_holds_no_words_that_somebody_typed(code):
    """The audit administrator reads it, who has no business with them: a reason stays with the thing it is about (S24)."""
    typed = {"reason", "text", "comment", "note", "why", "words", "body", "title"}
    lines, told = 0, []
    for path, tree in code.items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) in ("audit.record", "audit.record_once"):
                lines += 1
                told += [path for keyword in call.keywords if keyword.arg in typed or keyword.arg is None]

    assert lines > 60
    # Numbers, codes of roles, who asked first; why somebody read about an official, why a second factor was taken off and why a
    # step was rejected: these are kept for this reader alone.
    assert set(told) == {
        "officials/actions/second_factor.py",
        "officials/actions/register.py",
        "officials/actions/account.py",
        "desk/actions/account.py",
        "live/actions/run_sheet.py",
        "archive/actions.py",
    }


def test_whoever_is_turned_away_from_a_meeting_is_told_why(code):
    calls = [
        (path, call)
        for path, tree in code.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "require" and path.startswith(("reviews/", "live/"))
    ]

    assert len(calls) > 50
    assert [(path, call.lineno) for path, call in calls if len(call.args) < 2] == []


def test_no_app_sends_signals(code):
    """A lower app is called, a higher one calls: nothing happens that reading does not show."""
    assert importing(code, "django.dispatch", "django.db.models.signals") == set()


def test_keys_to_another_app_cannot_be_followed_back():
    keys = [
        field
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model._meta.app_label != app
    ]

    assert len(keys) > 20
    assert [str(field) for field in keys if not field.remote_field.related_name.endswith("+")] == []


def test_who_may_is_asked_in_policies_and_querysets_only(code):
    asking = {path for path, tree in code.items() if "has_role" in called(tree)}

    assert len(asking) > 8
    assert {path for path in asking if not re.match(r"\w+/(policies|models)\b", path)} == set()


def test_no_fault_is_swallowed(code):
    catching_all = {
        path
        for path, tree in code.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
    }

    assert catching_all == CATCHES_ALL
