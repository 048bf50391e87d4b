"""Papers: a template and plain values in, the bytes of a PDF out. The same values always give the same bytes.

The renderer reaches nothing but `data:` addresses and what `paper:` names here: our own style sheets and the fonts
found on this machine. No network, no files, no clock.
"""

import datetime as dt
import hashlib
import io
import json
import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import FileResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from weasyprint import CSS, HTML, Attachment
from weasyprint.pdf import stream
from weasyprint.pdf.fonts import Font
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core import fonts

TYPES = {".css": "text/css; charset=utf-8", ".otf": "font/otf"}
STYLES = Path(settings.ROOT) / "templates" / "paper"
_rendering = threading.Lock()  # Pango is not safe to share between threads


class LeanFont(Font):
    """A face of a paper without a copy of its file, 20 to 27 MB each: HarfBuzz holds the file and cuts from it what is used.

    Until then it is read from there should anybody ask.
    """

    def __init__(self, *args):
        super().__init__(*args)
        self.cut = None  # forget the copy that was just made

    @property
    def file_content(self):
        return self.cut or get_hb_object_data(self.hb_face)

    @file_content.setter
    def file_content(self, content):
        self.cut = content


stream.Font = LeanFont


class OwnFetcher(URLFetcher):
    """Opens `data:` and the handful of files called `paper:NAME`; refuses every other address."""

    def __init__(self):
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url, headers=None):
        if url.startswith("paper:"):
            path = own_file(url.removeprefix("paper:"))
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})
        return super().fetch(url, headers)


def own_file(name):
    """The file behind `paper:NAME`: a style sheet of ours or a Fandol font, nothing else."""
    if name in {role.file for role in fonts.ROLES.values()} and (path := fonts.fandol(name)):
        return path
    if name in {"letter.css", "sheet.css"}:
        return STYLES / name
    raise ValueError(f"no such paper resource: {name}")


def digest(template, context):
    """A fingerprint of what a paper says, printed in its foot: 16 hexadecimal digits in groups of four."""
    words = json.dumps([template, context], sort_keys=True, ensure_ascii=False, default=str)
    sha = hashlib.sha256(words.encode()).hexdigest()[:16]
    return " ".join(sha[at : at + 4] for at in range(0, 16, 4))


class Enclosed(NamedTuple):
    """A file inside a PDF: its name, bytes, what it is, and when it was made."""

    name: str
    content: bytes
    description: str
    at: dt.datetime


def render(template, context, *, title, css="", source=None, language="zh-hans", enclosed=None):
    """PDF of a template of `templates/paper/`; the head comment of each says what its context holds.

    The template also gets `title` and `digest`, the fingerprint of the context (of `source`, where the context was
    made from other values). Papers are Chinese whoever asks for them, unless `language` says otherwise. With `enclosed`,
    a list of files that may be empty, the paper is one for the archive: PDF/A-3 (ISO 19005-3), the files inside it.
    """
    if not fonts.has_chinese():
        raise ImproperlyConfigured(
            _("没有安装中文字体，打印件会是空白方框；请先运行 scripts/install-fonts 或安装 fonts-noto-cjk")
        )
    mark = digest(template, context if source is None else source)
    with override(language):
        html = render_to_string(template, {**context, "title": title, "digest": mark})
    with _rendering:
        configuration, faces = _faces(fonts.stylesheet(), os.getpid())
        document = HTML(string=html, base_url="paper:", url_fetcher=OwnFetcher())
        kept = {} if enclosed is None else {"pdf_variant": "pdf/a-3u", "attachments": [attachment(one) for one in enclosed]}
        return document.write_pdf(
            stylesheets=[faces, CSS(string=css)], font_config=configuration, pdf_identifier=mark.encode(), **kept
        )


def answer(pdf, name, *, download=False):
    """The paper of a view: shown in the browser, or kept by it."""
    return FileResponse(io.BytesIO(pdf), as_attachment=download, filename=f"{name}.pdf", content_type="application/pdf")


def attachment(one):
    return Attachment(
        string=one.content, name=one.name, description=one.description, created=one.at, modified=one.at, relationship="Data"
    )


@lru_cache(maxsize=1)
def _faces(stylesheet, process):
    """The renderer's font tables, made once per process: loading the fonts takes longer than setting a letter."""
    configuration = FontConfiguration()
    return configuration, CSS(string=stylesheet, font_config=configuration, url_fetcher=OwnFetcher())
