#!/usr/bin/env python3
"""Print what a meeting prints, and say what it cost: `python benchmarks/papers.py`.

The sample papers of the tests, by the product's paper layer in this process, as the worker does it: a result sheet warm, then the file of
a meeting of ten officials with a transcript enclosed. Chromium prints the same page in the same run. Must be reached: the sheet below
0.3 s, the file below 10 s and 400 MB. Exit code 2: a figure was not reached.
"""

import datetime as dt
import os
import re
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # to find the product

from benchmarks.measuring import Judge, machine, peak_megabytes, timed, watched  # noqa: E402
from benchmarks.opening import CHROMIUM, FLAGS  # noqa: E402

PEOPLE, AGAIN = 10, 5
SHEET, FILE, MEMORY = 0.3, 10, 400  # seconds, seconds, MB (issue: cost)


def result_sheet(samples, paper):
    paper.render("paper/result_sheet.html", samples.result_sheet(), title="评议结果单")


def session_file(samples, paper):
    enclosed = [paper.Enclosed("transcript.json", b"{}" * 500_000, "公布的计票文件", dt.datetime(2026, 12, 22, tzinfo=dt.UTC))]
    return paper.render("paper/session_file.html", samples.session_file(PEOPLE), title="会议档案", enclosed=enclosed)


def in_chromium(samples, paper):
    """(seconds, megabytes) of the same page, its style sheets written into it."""
    from django.template.loader import render_to_string

    html = render_to_string("paper/session_file.html", {**samples.session_file(PEOPLE), "title": "会议档案", "digest": ""})
    own = re.compile(r'<link rel="stylesheet" href="paper:(\w+\.css)">')
    html = own.sub(lambda link: f"<style>{(paper.STYLES / link[1]).read_text(encoding='utf-8')}</style>", html)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8")
        command = [
            CHROMIUM,
            "--headless",
            *FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={folder}/page.pdf",
            page.as_uri(),
        ]
        return watched(command)


def main():
    load, judge = os.getloadavg(), Judge()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from core import paper
    from tests.core import paper_samples as samples

    result_sheet(samples, paper)
    sheet = sorted(timed(lambda: result_sheet(samples, paper)) for _ in range(AGAIN))[AGAIN // 2]
    file = timed(lambda: session_file(samples, paper))
    memory = peak_megabytes()
    judge.must(sheet.clock < SHEET, f"result sheet in {sheet.clock:.2f} s, not {SHEET}")
    judge.must(file.clock < FILE, f"file of {PEOPLE} officials in {file.clock:.1f} s, not {FILE}")
    judge.must(memory < MEMORY, f"{memory:.0f} MB, not {MEMORY}")
    chromium = in_chromium(samples, paper) if CHROMIUM else None
    print("\n".join(machine(load)))
    print(f"Result sheet, warm: {sheet}, the middle of {AGAIN}.")
    print(f"File of a meeting of {PEOPLE} officials, PDF/A-3 with a transcript of 1 MB: {file}, at most {memory:.0f} MB.")
    if chromium:
        print(f"Chromium's print of the same page: {chromium[0]:.1f} s, at most {chromium[1]:.0f} MB over its processes (PSS).")
    return judge.said()


if __name__ == "__main__":
    sys.exit(main())
