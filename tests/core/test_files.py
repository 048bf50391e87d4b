"""Uploads: what comes in, what is refused with which words, and how it leaves (S28–S32)."""

import errno
import io
import random
import zipfile
from contextlib import suppress
from types import SimpleNamespace

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from core import files
from core.errors import RuleViolation
from core.middleware import RefusalMiddleware
from core.models import StoredFile

OLE = bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")
FULL = OSError(errno.ENOSPC, "No space left on device")
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="http://x.invalid/" TargetMode="{}"/>'


def bytes_in(place):
    return [path for path in place.rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }


def pdf(change=lambda document: None):
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx(*relations, more=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", RELATIONS.format(""))
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/_rels/settings.xml.rels", RELATIONS.format("".join(relations)))
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()


def locked(password):
    """A PDF that opens only with a password."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user=password, owner="owner"))
    return out.getvalue()


def picture(kind="JPEG", **options):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind, **options)
    return out.getvalue()


def script():
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def opens_with_script(document):
    document.Root.OpenAction = script()


def opens_with_script_apart(document):
    document.Root.OpenAction = document.make_indirect(script())


def names_a_script(document):
    names = pikepdf.Array([pikepdf.String("a"), script()])
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))


def starts_a_program(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("a.exe"))
    document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action)])


def holds_a_file(document):
    document.attachments["a.txt"] = b"hidden"


def links_out(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://x.invalid/"))
    document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action)])


@pytest.mark.parametrize("change", [opens_with_script, opens_with_script_apart, names_a_script, starts_a_program, holds_a_file])
def test_a_pdf_that_does_something_is_refused_wherever_it_is_written(change):
    with pytest.raises(RuleViolation, match="脚本或嵌入文件"):
        files.checked_pdf("a.pdf", pdf(change))


@pytest.mark.parametrize("change", [lambda document: None, links_out])
def test_a_plain_pdf_is_taken_as_it_is(change):
    content = pdf(change)

    assert files.checked_pdf("a.pdf", content) == content


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "subDocument", "frame"])
def test_a_document_that_loads_from_elsewhere_is_refused(kind):
    with pytest.raises(RuleViolation, match="从外部载入"):
        files.checked_office("a.docx", docx(RELATION.format(kind, "External")))


@pytest.mark.parametrize(("kind", "mode"), [("hyperlink", "External"), ("attachedTemplate", "Internal")])
def test_a_document_with_a_plain_link_is_taken(kind, mode):
    content = docx(RELATION.format(kind, mode))

    assert files.checked_office("a.docx", content) == content


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/embeddings/oleObject1.bin"])
def test_macros_and_embedded_objects_are_refused(name):
    with pytest.raises(RuleViolation, match="宏或嵌入对象"):
        files.checked_office("a.docx", docx(more=[(name, b"x")]))


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(RuleViolation, match="压缩比异常"):
        files.checked_office("a.docx", docx(more=[("word/big.xml", b"0" * 2_000_000)]))


@pytest.mark.parametrize("relations", ["<no", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_document_with_broken_relations_is_refused(relations):
    with pytest.raises(RuleViolation, match="打不开"):
        files.checked_office("a.docx", docx(more=[("word/_rels/document.xml.rels", relations)]))


def test_a_picture_loses_where_and_with_what_it_was_taken():
    exif = Image.Exif()
    exif[0x0110] = "CANARY-CAMERA"
    content = picture(exif=exif)
    assert b"CANARY-CAMERA" in content

    assert b"CANARY-CAMERA" not in files.checked_image("a.jpg", content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.svg", b"<svg/>", "不能上传"),
        ("a.docm", docx(), "不能上传"),
        ("a.pdf", b"", "空文件"),
        ("a.pdf", picture(), "与扩展名不符"),
        ("a.png", b"<html><script>1</script></html>", "与扩展名不符"),
        ("a.jpg", picture()[:200], "打不开"),
        ("a.pdf", pdf()[:60], "打不开"),
        ("a.pdf", locked("1234"), "有密码"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "有密码"),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_not_kept(clerk, name, content, words):
    with pytest.raises(RuleViolation, match=words):
        files.accept(SimpleUploadedFile(name, content), by=clerk)

    assert not StoredFile.objects.exists()


def test_a_pdf_that_only_forbids_changes_is_taken():
    content = locked("")

    assert files.checked_pdf("a.pdf", content) == content


@pytest.mark.filterwarnings("ignore")  # Pillow says what it passes over
@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    ("check", "whole"),
    [
        (files.checked_pdf, pdf()),
        (files.checked_office, docx(RELATION.format("hyperlink", "External"))),
        (files.checked_image, picture()),
        (files.checked_image, picture("PNG")),
    ],
    ids=["pdf", "office", "jpg", "png"],
)
def test_however_a_file_is_damaged_it_is_taken_or_refused(check, whole, seed):
    chance, content = random.Random(seed), bytearray(whole)
    for _ in range(3):
        content[chance.randrange(len(content))] = chance.randrange(256)

    with suppress(RuleViolation):  # anything else would rise
        assert check("a", bytes(content))


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused(clerk, settings):
    settings.UPLOAD_LIMIT = 1024

    with pytest.raises(RuleViolation, match="超过"):
        files.accept(SimpleUploadedFile("a.pdf", pdf() + b"\n" * 1024), by=clerk)


@pytest.mark.django_db
def test_a_kept_file_leaves_as_a_download_that_can_do_nothing(clerk, tmp_path):
    stored = files.accept(SimpleUploadedFile("../../方案\u202egpj.JPEG", picture()), by=clerk)

    answer = files.response(stored)

    assert stored.name == "方案gpj.JPEG"
    assert "方案" not in stored.content.name
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == (tmp_path / stored.content.name).read_bytes()
    answer.close()


@pytest.mark.django_db
def test_what_does_not_fit_on_the_disk_leaves_neither_file_nor_row(settings, tmp_path, monkeypatch):
    def half(self, name, content):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.read(3))
        raise FULL

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", half)
    with pytest.raises(OSError, match="No space left"):
        files.keep("方案.pdf", pdf(), files.TYPES["pdf"], by=None)

    assert not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_full_disk_answers_507_and_tells_whom_to_call(rf, monkeypatch, caplog):
    request = rf.post("/x/")
    request.resolver_match = SimpleNamespace(func=lambda: None, view_name="reviews:report_paper")
    answer = RefusalMiddleware(lambda request: None).process_exception(request, FULL)

    assert answer.status_code == 507
    assert "系统管理员清理磁盘" in answer.content.decode()
    assert "reviews:report_paper" in caplog.text


@pytest.mark.django_db
def test_a_discarded_file_goes_with_its_bytes_once_that_is_certain(tmp_path, django_capture_on_commit_callbacks):
    stored = files.keep("佐证.pdf", pdf(), "application/pdf", by=None)

    with django_capture_on_commit_callbacks() as certain:
        files.discard(stored)
    assert len(bytes_in(tmp_path)) == 1

    for callback in certain:
        callback()
    assert bytes_in(tmp_path) == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_of_files_stored_together_none_stays_when_one_is_refused(tmp_path):
    before = files.keep("早先.pdf", pdf(), "application/pdf", by=None)

    @files.all_or_none()
    def first():
        files.keep("一.pdf", pdf(), "application/pdf", by=None)

    @files.all_or_none()
    @transaction.atomic
    def three():
        first()
        files.keep("二.pdf", pdf(), "application/pdf", by=None)
        files.accept(SimpleUploadedFile("三.pdf", b""), by=None)

    with pytest.raises(RuleViolation, match="空文件"):
        three()

    assert [path.name for path in bytes_in(tmp_path)] == [before.content.name.split("/")[-1]]
    assert StoredFile.objects.get() == before
