"""Every detail that the trail can hold has a word for people."""

import ast

import pytest
from django.conf import settings

from desk.views.audit_details import in_words, names

GIVEN_ON = {"reason", "new", "changed", "same"}  # handed on as a mapping, or named by the kind of item


def recorded():
    found = set()
    for path in [*settings.ROOT.glob("*/actions*.py"), *settings.ROOT.glob("*/actions/**/*.py")]:
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.record", "audit.record_once", "audit.refuse"):
                found |= {keyword.arg for keyword in call.keywords}
    return found - {None, "by"}


def test_every_detail_has_a_word():
    assert recorded() | GIVEN_ON <= set(names())


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        ("open", '{"with_": "穆晏川"}', "与谁一起：穆晏川"),
        ("create", '{"date": "2026-12-22", "kind": "CONCENTRATED"}', "会议日期：2026-12-22；类型：集中"),
        ("prepare_round", '{"numbers": {"A": [3, 0], "B": [7, 1]}}', "人数、其中用纸票：A 3、0，B 7、1"),
        ("recount", '{"same": true}', "一致：是"),
        ("load_register", '{"same": 4}', "不变：4"),
        ("grant_roles", '{"roles": []}', "身份：无"),
        ("advance_hall", '{"kind": "STATEMENT", "order": 3}', "类型：述廉；议程序号：3"),
        ("change", '{"changed": ["title", "place", "odd"]}', "更新：会议名称、地点、odd"),
        ("gone", '{"odd": "x"}', "odd：x"),
        ("start", "", ""),
    ],
)
def test_a_detail_reads_as_a_person_would_write_it(action, detail, words):
    assert in_words(action, detail) == words
