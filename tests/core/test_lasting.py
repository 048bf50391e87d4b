"""Papers that are read in thirty years: each of ours against `lasting`, and `lasting` against papers spoilt on purpose."""

import datetime as dt
import io
import re
from functools import cache

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from core import letter, paper
from tests.core import lasting
from tests.core import paper_samples as samples

pytestmark = pytest.mark.slow
AT = dt.datetime(2026, 12, 22, 7, 30, tzinfo=dt.UTC)
KEPT = [
    paper.Enclosed("verify.py", b"print()", "核验程序", AT),
    paper.Enclosed("5f0c2a91b7de4468.json", b'{"v":1}', "公布的计票文件", AT),
]


@cache
def kept_paper():
    """A short paper with all that one has that is kept: fonts, a profile, files it encloses."""
    return paper.render("paper/count_sheet.html", samples.PAPERS["count_sheet"](), title="会议档案", enclosed=KEPT)


@pytest.mark.parametrize("name", [name for name in samples.PAPERS if name != "session_file"])
def test_every_paper_lasts(name):
    made = paper.render(f"paper/{name}.html", samples.PAPERS[name](), title="述责述廉")
    assert lasting.faults(made, is_archived=False) == []


def test_the_letter_lasts():
    assert lasting.faults(letter.render(samples.letter(2)), is_archived=False) == []


def test_the_file_of_a_meeting_is_what_it_says():
    made = paper.render("paper/session_file.html", samples.session_file(2), title="会议档案", enclosed=KEPT)
    assert lasting.faults(made, is_archived=True) == []


@pytest.mark.parametrize("name", ["result_sheet", "count_sheet", "minutes"])
def test_a_paper_kept_for_itself_is_what_it_says(name):
    made = paper.render(f"paper/{name}.html", samples.PAPERS[name](), title="述责述廉", enclosed=[])
    assert lasting.faults(made, is_archived=True) == []


# --- does the alarm ring? ------------------------------------------------------------------------------------


def first(document, **wanted):
    """The first object of the document with these entries."""
    for one in document.objects:
        if isinstance(one, Dictionary | Stream) and all(str(one.get(f"/{key}")) == value for key, value in wanted.items()):
            return one
    raise LookupError(wanted)


def about_font(document):
    return first(document, Type="/Font", Subtype="/CIDFontType0").FontDescriptor


def told(document, name, value):
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        about[name] = value


def annotated(**entries):
    def spoil(document):
        usual = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([0, 0, 9, 9]), "F": 4}
        document.pages[0].Annots = Array([document.make_indirect(Dictionary(**usual | entries))])

    return spoil


def acting(**entries):
    """A link whose action stands by itself, as readers find it."""
    return lambda document: annotated(A=document.make_indirect(Dictionary(**entries)))(document)


def drawn(operators):
    return lambda document: document.pages[0].contents_add(operators)


def profile(change):
    def spoil(document):
        intent = document.Root.OutputIntents[0]
        intent.DestOutputProfile.write(change(intent.DestOutputProfile.read_bytes()))

    return spoil


def spec(document):
    return first(document, Type="/Filespec")


SPOILT = [
    ("6.2.11.7", lambda d: first(d, Subtype="/Type0").__delitem__("/ToUnicode")),
    ("6.2.11.3", lambda d: first(d, Subtype="/Type0").__setitem__("/Encoding", Name("/GBK-EUC-H"))),
    ("6.2.11.4", lambda d: about_font(d).__delitem__("/FontFile3")),
    ("6.2.11.4", lambda d: about_font(d).__setitem__("/CIDSet", Stream(d, b"\x80"))),
    ("6.2.11.4", lambda d: first(d, Subtype="/CIDFontType0").__setitem__("/BaseFont", Name("/NotoSerif"))),
    ("6.2.11.5", lambda d: first(d, Subtype="/CIDFontType0").__setitem__("/W", Array([1, 900, 77]))),
    ("6.2.11 ", lambda d: first(d, Subtype="/Type0").__setitem__("/Subtype", Name.Type3)),
    ("6.6 catalog", lambda d: d.Root.__setitem__("/OpenAction", Dictionary(S=Name.JavaScript, JS=String("1")))),
    ("6.6 catalog", lambda d: d.Root.__setitem__("/AcroForm", Dictionary(Fields=Array()))),
    ("6.6 names", lambda d: d.Root.Names.__setitem__("/JavaScript", Dictionary(Names=Array()))),
    ("6.5.1 a script", acting(S=Name.URI, JS=String("1"))),
    ("6.5.1 action", acting(S=Name.Launch)),
    ("6.5.1 page", acting(S=Name.Named, N=Name.NextPage)),
    ("6.5.2", annotated(AA=Dictionary())),
    ("6.5.2", lambda d: d.pages[0].__setitem__("/AA", Dictionary())),
    ("6.3.1", annotated(Subtype=Name.FileAttachment)),
    ("6.3.2", annotated(F=0)),
    ("6.3.2", annotated(F=4 | 2)),
    ("6.2.10", lambda d: d.Root.__setitem__("/Kept", d.make_indirect(Dictionary(Type=Name.ExtGState, BM=Name("/ModeOfMine"))))),
    ("6.2.5", lambda d: d.Root.__setitem__("/Kept", d.make_indirect(Dictionary(Type=Name.ExtGState, TR=Name.Identity)))),
    ("6.1.7 a stream", lambda d: d.pages[0].Contents.__setitem__("/F", String("elsewhere"))),
    ("6.2.4", drawn(b"0 0 0 1 k")),
    ("6.2.3 no", lambda d: d.Root.__delitem__("/OutputIntents")),
    ("6.2.3 the profile is none", profile(lambda data: data[:-1])),
    ("6.2.3 the profile and", lambda d: d.Root.OutputIntents[0].DestOutputProfile.__setitem__("/N", 4)),
    ("6.6.2", lambda d: d.Root.__delitem__("/Metadata")),
    ("6.6.4", lambda d: told(d, "pdfaid:part", "2")),
    ("6.6.4", lambda d: told(d, "pdfaid:conformance", "B")),
    ("6.6.3 /Title", lambda d: told(d, "dc:title", "别的")),
    ("6.6.3 /CreationDate", lambda d: told(d, "xmp:CreateDate", "2026-12-22T07:30:00Z")),
    ("6.6.3 /ModDate", lambda d: d.docinfo.__setitem__("/ModDate", String("D:20261222073000Z"))),
    ("6.8 5f0c", lambda d: spec(d).__delitem__("/AFRelationship")),
    ("6.8 5f0c", lambda d: spec(d).__delitem__("/UF")),
    ("6.8 5f0c", lambda d: spec(d).EF.F.__delitem__("/Subtype")),
    ("6.8 5f0c", lambda d: spec(d).EF.F.Params.__delitem__("/ModDate")),
    ("6.8 a file", lambda d: d.Root.AF.append(d.Root.AF[0])),
    ("6.8 5f0c", lambda d: d.Root.__setitem__("/AF", Array(list(d.Root.AF)[1:]))),
    ("6.8 the files", lambda d: turned(d.Root.Names.EmbeddedFiles)),
]  # fmt: skip


def turned(tree):
    pairs = list(zip(tree.Names[::2], tree.Names[1::2], strict=True))
    tree.Names = Array([one for pair in reversed(pairs) for one in pair])


@pytest.mark.parametrize(("clause", "spoil"), SPOILT, ids=[f"{n}-{clause}" for n, (clause, _spoil) in enumerate(SPOILT)])
def test_what_is_spoilt_is_found(clause, spoil):
    with pikepdf.open(io.BytesIO(kept_paper())) as document:
        spoil(document)
        kept = io.BytesIO()
        document.save(kept, force_version="1.7")
    found = lasting.faults(kept.getvalue(), is_archived=True)
    assert [fault for fault in found if fault.startswith(clause)], found


def test_saving_alone_spoils_nothing():
    with pikepdf.open(io.BytesIO(kept_paper())) as document:
        kept = io.BytesIO()
        document.save(kept, force_version="1.7")
    assert lasting.faults(kept.getvalue(), is_archived=True) == []


@pytest.mark.parametrize(
    ("clause", "spoil"),
    [
        ("6.1.2", lambda pdf: pdf.replace(b"%PDF-1.7", b"%PDF-1.4", 1)),
        ("6.1.3 no", lambda pdf: re.sub(rb"/ID(?= ?\[)", b"/IX", pdf)),
        ("6.1.3 something", lambda pdf: pdf + b"more"),
    ],
)
def test_a_spoilt_frame_is_found(clause, spoil):
    assert [fault for fault in lasting.faults(spoil(kept_paper()), is_archived=True) if fault.startswith(clause)]


def test_a_locked_paper_and_an_old_filter_are_found():
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(kept_paper())) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="x", user="", R=6))
    assert "6.1.3 encrypted" in lasting.faults(locked.getvalue(), is_archived=False)
    packed = kept_paper().replace(b"/FlateDecode", b"/LZWDecode  ", 1)
    assert "6.1.7 filter /LZWDecode" in lasting.faults(packed, is_archived=False)
