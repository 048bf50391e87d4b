"""Files in and out: what may come in, where it lies, how it leaves (S28–S32). Refused files are refused, never cleaned of code."""

import hashlib
import io
import lzma
import struct
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import PurePath

import filetype
import pikepdf
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.errors import RuleViolation
from core.models import StoredFile

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
}
OTHER_NAMES = {"jpeg": "jpg"}
MAX_ENTRIES, MAX_UNPACKED, MAX_RATIO = 1000, 100 * 1024 * 1024, 100
MAX_PIXELS = 50_000_000
FETCHED = ("/attachedTemplate", "/oleObject", "/subDocument", "/frame")  # what a word processor loads from elsewhere by itself
# What zipfile and the XML parsers raise on a damaged archive; nobody promises less. A wrong entity is a ValueError as well.
DAMAGED_ARCHIVE = (EOFError, LookupError, OSError, RuntimeError, SyntaxError, ValueError)
DAMAGED_ARCHIVE += (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
DAMAGED_IMAGE = (ArithmeticError, EOFError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error, zlib.error)
OLE, SEALED = bytes.fromhex("d0cf11e0a1b11ae1"), "EncryptedPackage".encode("utf-16-le")  # a document with a password is no zip
undoing = ContextVar("undoing", default=None)  # what `all_or_none` does about what was stored inside it, when that fails
ACTIVE_PDF = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia", "/XFA")


def accept(upload, *, by, types=tuple(TYPES)):
    """Store an uploaded file and return its `StoredFile`; a RuleViolation says what is wrong with it and what to do."""
    name, kind, content = examined(upload, types)
    return keep(name, content, TYPES[kind], by=by)


def examined(upload, types):
    """Name, type and content of an uploaded file that may be kept; a RuleViolation otherwise.

    The name's ending, the content's own signature and a parser must agree on one of `types`.
    """
    name = clean_name(upload.name)
    ending = PurePath(name).suffix.lower().lstrip(".")
    kind = OTHER_NAMES.get(ending, ending)
    if kind not in types:
        raise RuleViolation(_("“%(name)s”的类型不能上传。可以上传：%(types)s。") % {"name": name, "types": _("、").join(types)})
    if upload.size > settings.UPLOAD_LIMIT:
        limit = settings.UPLOAD_LIMIT // (1024 * 1024)
        raise RuleViolation(_("“%(name)s”超过 %(limit)d MB。请压缩或拆分后再上传。") % {"name": name, "limit": limit})
    content = upload.read()
    if not content:
        raise RuleViolation(_("“%(name)s”是空文件。请检查后重新选择。") % {"name": name})
    if content.startswith(OLE) and SEALED in content:
        raise RuleViolation(locked(name))
    if sniffed(content) != kind:
        raise RuleViolation(_("“%(name)s”的内容与扩展名不符。请用原程序另存为正确的类型后再上传。") % {"name": name})
    return name, kind, CHECKS[kind](name, content)


def keep(name, content, content_type, *, by):
    """Store bytes that we made or have accepted. What does not fit on the disk leaves nothing behind, and rises."""
    stored = StoredFile(
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored_by=str(by) if by else "",
    )
    place = stored.content.field.generate_filename(stored, name)
    try:
        stored.content.name = default_storage.save(place, ContentFile(content))
    except OSError:
        default_storage.delete(place)
        raise
    if undo := undoing.get():
        undo.callback(default_storage.delete, stored.content.name)
    stored.save()
    return stored


def discard(stored):
    """Remove a file that nothing refers to any more: its row now, its bytes once that is certain."""
    place = stored.content.name
    stored.delete()
    transaction.on_commit(lambda: default_storage.delete(place))


@contextmanager
def all_or_none():
    """What is stored inside leaves no bytes behind when the inside fails. Stands around the transaction."""
    outer = undoing.get()
    with ExitStack() as undo:
        token = undoing.set(undo)
        try:
            yield
        finally:
            undoing.reset(token)
        done = undo.pop_all()
    if outer:
        outer.callback(done.close)


def response(stored, *, inline=False):
    """The file as a download. The caller has asked the policy."""
    answer = FileResponse(
        stored.content.open("rb"), as_attachment=not inline, filename=stored.name, content_type=stored.content_type
    )
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def clean_name(name):
    """The last part of the name, without control characters and direction marks, at most 120 characters."""
    plain = "".join(
        c
        for c in PurePath(name.replace("\\", "/")).name
        if c.isprintable() and c not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
    )
    path = PurePath(plain)
    return path.stem[: 120 - len(path.suffix)] + path.suffix


def locked(name):
    return _("“%(name)s”有密码，打不开。请去掉密码后再上传。") % {"name": name}


def sniffed(content):
    guess = filetype.guess_extension(content)
    return OTHER_NAMES.get(guess, guess)


def checked_pdf(name, content):
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            active = any(is_active(obj) for obj in pdf.objects)
    except pikepdf.PasswordError:
        raise RuleViolation(locked(name)) from None
    except (pikepdf.PikepdfError, ValueError):  # the other: a name that is no text
        raise RuleViolation(_("“%(name)s”打不开。请重新生成 PDF 后再上传。") % {"name": name}) from None
    if active:
        raise RuleViolation(_("“%(name)s”含有脚本或嵌入文件。请打印成普通 PDF 后再上传。") % {"name": name})
    return content


def is_active(obj):
    """Whether an object of a PDF, or one written inside it, runs or unpacks something. Others have a turn of their own."""
    waiting = [obj]
    while waiting:
        here = waiting.pop()
        if isinstance(here, pikepdf.Dictionary | pikepdf.Stream):
            if any(key in ACTIVE_PDF for key in (*here.keys(), str(here.get("/Type", "")), str(here.get("/S", "")))):
                return True
            inside = [here[key] for key in here.keys()]  # noqa: SIM118, a pikepdf object is no mapping
        elif isinstance(here, pikepdf.Array):
            inside = list(here)
        else:
            continue
        waiting += [one for one in inside if isinstance(one, pikepdf.Object) and not one.is_indirect]
    return False


def checked_office(name, content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(content), 1):
                raise RuleViolation(_("“%(name)s”压缩比异常。请另存后再上传。") % {"name": name})
            names = [entry.filename.lower() for entry in entries]
            fetches = any(is_fetching(archive.read(entry)) for entry in entries if entry.filename.lower().endswith(".rels"))
    except DAMAGED_ARCHIVE:
        raise RuleViolation(_("“%(name)s”打不开。请用原程序另存后再上传。") % {"name": name}) from None
    if any("vbaproject" in n or (n.endswith((".bin", ".ole")) and "embeddings/" in n) for n in names):
        raise RuleViolation(_("“%(name)s”含有宏或嵌入对象。请另存为不含宏的文档后再上传。") % {"name": name})
    if fetches:
        raise RuleViolation(_("“%(name)s”会从外部载入模板或对象。请打印成 PDF 后再上传。") % {"name": name})
    return content


def is_fetching(relations):
    """Whether a list of relations names something outside the file that is loaded on opening; plain links are not."""
    return any(
        relation.get("TargetMode") == "External" and relation.get("Type", "").endswith(FETCHED)
        for relation in fromstring(relations)
    )


def checked_image(name, content):
    """The picture drawn anew: nothing but its pixels is kept, so no place and no device."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise RuleViolation(_("“%(name)s”的像素过多。请缩小后再上传。") % {"name": name})
            kind = image.format
            plain = ImageOps.exif_transpose(image)
            plain = plain.convert("RGB") if kind == "JPEG" else plain.copy()
    except (*DAMAGED_IMAGE, Image.DecompressionBombError):
        raise RuleViolation(_("“%(name)s”打不开。请重新拍照或另存后再上传。") % {"name": name}) from None
    out = io.BytesIO()
    plain.info = {}
    plain.save(out, kind, **({"quality": 88} if kind == "JPEG" else {"optimize": True}))
    return out.getvalue()


CHECKS = {"pdf": checked_pdf, "docx": checked_office, "xlsx": checked_office, "jpg": checked_image, "png": checked_image}
