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
from pydyf import Array
from weasyprint import CSS, HTML, Attachment
from weasyprint.pdf import stream
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, harfbuzz
from weasyprint.text.ffi import harfbuzz_subset as subsetting
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core import fonts

TYPES = {".css": "text/css; charset=utf-8", ".otf": "font/otf"}
STYLES = Path(settings.ROOT) / "templates" / "paper"
_rendering = threading.Lock()  # Pango is not safe to share between threads


UNUSED_TABLES = (
    b"BASE",
    b"DSIG",
    b"GPOS",
    b"GSUB",
    b"JSTF",
    b"VORG",
    b"vhea",
    b"vmtx",
)  # by a reader, who gets each shape by number


def tag(name):
    return harfbuzz.hb_tag_from_string(name, -1)


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

    def _harfbuzz_subset(self, to_unicode, hinting):
        """One cut where the renderer makes two, of fonts with 65,000 characters; what only vertical setting needs goes as well."""
        cut = ffi.gc(subsetting.hb_subset_input_create_or_fail(), subsetting.hb_subset_input_destroy)
        flags = subsetting.HB_SUBSET_FLAGS_RETAIN_GIDS | subsetting.HB_SUBSET_FLAGS_DESUBROUTINIZE
        flags |= 0 if hinting else subsetting.HB_SUBSET_FLAGS_NO_HINTING
        flags |= subsetting.HB_SUBSET_FLAGS_NOTDEF_OUTLINE if self.missing else 0
        subsetting.hb_subset_input_set_flags(cut, flags)
        for numbers, members in [
            (subsetting.hb_subset_input_glyph_set(cut), to_unicode),
            (subsetting.hb_subset_input_set(cut, subsetting.HB_SUBSET_SETS_DROP_TABLE_TAG), map(tag, UNUSED_TABLES)),
        ]:
            for number in members:
                harfbuzz.hb_set_add_sorted_array(numbers, ffi.new("hb_codepoint_t[1]", [number]), 1)
        face = ffi.gc(subsetting.hb_subset_or_fail(self.hb_face, cut), harfbuzz.hb_face_destroy)
        if face == ffi.NULL:
            return super()._harfbuzz_subset(to_unicode, hinting)
        self.file_content = get_hb_object_data(face)


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
    if name in {sheet.name for sheet in STYLES.glob("*.css")}:
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
        sheets = [_sheet(name, own_file(name).stat().st_mtime_ns, os.getpid()) for name in linked_sheets(document)]
        kept = {} if enclosed is None else archived(enclosed)
        return document.write_pdf(
            stylesheets=[faces, *sheets, CSS(string=css)], font_config=configuration, pdf_identifier=mark.encode(), **kept
        )


def marked(words):
    """The style sheet that says this at the head of every page."""
    return f"@page {{ @top-center {{ content: '{words}'; font: 700 14pt sans-serif; white-space: nowrap; }} }}"


def of_rehearsal():
    """The style sheet by which every page says that it is of a rehearsal."""
    return marked(_("演练，不作数"))


def answer(pdf, name, *, download=False):
    """The paper of a view: shown in the browser, or kept by it."""
    return FileResponse(io.BytesIO(pdf), as_attachment=download, filename=f"{name}.pdf", content_type="application/pdf")


def archived(enclosed):
    """What makes the renderer's PDF one for the archive. A reader looks the files up by name, so they stand in the order of their names."""
    files = [attachment(one) for one in sorted(enclosed)]
    return {"pdf_variant": "pdf/a-3u", "attachments": files, "finisher": relate_once}


def relate_once(document, pdf):
    """The renderer lists each file of the document twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = Array(dict.fromkeys(pdf.catalog["AF"]))


def attachment(one):
    return Attachment(
        string=one.content, name=one.name, description=one.description, created=one.at, modified=one.at, relationship="Data"
    )


def linked_sheets(document):
    """Takes the links to our style sheets out of the head and names them, for they are read once and not for every paper."""
    head = document.etree_element.find("head")
    links = [link for link in head.findall("link") if link.get("rel") == "stylesheet"]
    for link in links:
        head.remove(link)
    return [link.get("href").removeprefix("paper:") for link in links]


@lru_cache(maxsize=4)
def _sheet(name, changed_at, process):
    configuration, _faces_of_it = _faces(fonts.stylesheet(), process)
    return CSS(url=f"paper:{name}", font_config=configuration, url_fetcher=OwnFetcher())


@lru_cache(maxsize=1)
def _faces(stylesheet, process):
    """The renderer's font tables, made once per process: loading the fonts takes longer than setting a letter."""
    configuration = FontConfiguration()
    return configuration, CSS(string=stylesheet, font_config=configuration, url_fetcher=OwnFetcher())
