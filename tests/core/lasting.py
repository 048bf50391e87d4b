"""What a paper must be to be read in thirty years: the rules of ISO 19005-3 (PDF/A-3u) that can be seen from its structure.

No validator is at hand, so this stands in for one. It knows the rules that our renderer could break, not all there are; what a rule
says stands beside it with its clause. Each fault is one line of text.
"""

import io
import re

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont

FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript"}  # fmt: skip
PLAIN_ACTIONS = {"/GoTo", "/URI"}  # all that a paper of ours has any use for
ANNOTATIONS = {"/Link"}
PRINT, HIDDEN, INVISIBLE, NO_VIEW, TOGGLE = 4, 2, 1, 32, 256
FILTERS = {"/FlateDecode", "/DCTDecode"}
MEANT = {"/Title": "dc:title", "/Subject": "dc:description", "/Producer": "pdf:Producer", "/Creator": "xmp:CreatorTool"}.items()
BLEND_MODES = {"/Normal", "/Compatible"}


def faults(pdf, *, is_archived):
    """Everything found; with `is_archived` by the rules of a paper that calls itself PDF/A-3, else by those that every paper keeps."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [*of_file(pdf, document), *of_fonts(document), *of_objects(document), *of_annotations(document)]
        if is_archived:
            found += [*of_metadata(document), *of_colour(document), *of_files(document), *of_sets(document), *of_print(document)]
    return found


def of_file(pdf, document):
    if not re.match(rb"%PDF-1\.7\n%[\x80-\xff]{4}", pdf):
        yield "6.1.2 head: the version, then four bytes above 127"
    if document.is_encrypted:
        yield "6.1.3 encrypted"
    if len(document.trailer.get("/ID", [])) != 2:
        yield "6.1.3 no file identifier"
    if not pdf.rstrip().endswith(b"%%EOF"):
        yield "6.1.3 something after the end"


def of_objects(document):
    """No scripts, no foreign streams, no filters that may not be, no blend modes that another reader may not know."""
    root = document.Root
    for name in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/NeedsRendering"):
        if name in root:
            yield f"6.6 catalog has {name}"
    names = root.get("/Names", {})
    for name in ("/JavaScript", "/AlternatePresentations"):
        if name in names:
            yield f"6.6 names have {name}"
    for one in document.objects:
        if isinstance(one, pikepdf.Stream):
            yield from of_stream(one)
        elif isinstance(one, pikepdf.Dictionary):
            yield from of_dictionary(one)


def of_stream(stream):
    filters = stream.get("/Filter", [])
    for name in [filters] if isinstance(filters, pikepdf.Name) else filters:
        if str(name) not in FILTERS:
            yield f"6.1.7 filter {name}"
    if "/F" in stream or "/FFilter" in stream:
        yield "6.1.7 a stream outside the file"
    yield from of_dictionary(stream)
    if stream.get("/Subtype") == "/Image" and stream.get("/Interpolate", False):
        yield "6.2.8 an interpolated image"
    if stream.get("/Subtype") == "/PS" or "/PS" in stream:
        yield "6.2.9 PostScript"


def of_dictionary(one):
    kind = str(one.get("/S", ""))
    if kind in FORBIDDEN_ACTIONS and ("/Type" not in one or one.get("/Type") == "/Action"):
        yield f"6.5.1 action {kind}"
    if "/JS" in one:
        yield "6.5.1 a script"
    if str(one.get("/BM", "/Normal")) not in BLEND_MODES:
        yield f"6.2.10 blend mode {one.BM}"
    if "/TR" in one or "/HTP" in one:
        yield "6.2.5 a transfer function"


def of_annotations(document):
    for n, page in enumerate(document.pages, 1):
        if "/AA" in page:
            yield f"6.5.2 page {n} acts by itself"
        for one in page.get("/Annots", []):
            kind, flags = str(one.get("/Subtype")), int(one.get("/F", 0))
            if kind not in ANNOTATIONS:
                yield f"6.3.1 page {n}: annotation {kind}"
            if "/A" in one and str(one.A.S) not in PLAIN_ACTIONS:
                yield f"6.5.1 page {n}: action {one.A.S}"
            if "/AA" in one:
                yield f"6.5.2 page {n}: an annotation acts by itself"
            if flags & (HIDDEN | INVISIBLE | NO_VIEW | TOGGLE):
                yield f"6.3.2 page {n}: an annotation is not seen"


def of_print(document):
    for n, page in enumerate(document.pages, 1):
        if any(not int(one.get("/F", 0)) & PRINT for one in page.get("/Annots", [])):
            yield f"6.3.2 page {n}: an annotation is not printed"


def of_metadata(document):
    if "/Metadata" not in document.Root:
        yield "6.6.2 no metadata"
        return
    with document.open_metadata(set_pikepdf_as_editor=False) as about:
        if (about.get("pdfaid:part"), about.get("pdfaid:conformance")) != ("3", "U"):
            yield "6.6.4 does not say that it is PDF/A-3u"
        info = document.docinfo
        for name, said in MEANT:
            if (str(info[name]) if name in info else None) != about.get(said):
                yield f"6.6.3 {name} and {said} differ"
        for name, said in (("/CreationDate", "xmp:CreateDate"), ("/ModDate", "xmp:ModifyDate")):
            if (name in info) != (said in about) or (name in info and digits(str(info[name])) != digits(about[said])):
                yield f"6.6.3 {name} and {said} differ"


def digits(date):
    return re.sub(r"\D", "", date)[:14]


def of_colour(document):
    """An output intent with a colour profile, so that device colours mean something."""
    intents = [one for one in document.Root.get("/OutputIntents", []) if str(one.get("/S")) == "/GTS_PDFA1"]
    if len(intents) != 1 or "/DestOutputProfile" not in intents[0]:
        yield "6.2.3 no output intent with a profile"
        return
    profile = intents[0].DestOutputProfile.read_bytes()
    spaces = {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}
    if (
        profile[36:40] != b"acsp"
        or profile[12:16] not in (b"mntr", b"prtr")
        or len(profile) != int.from_bytes(profile[:4], "big")
    ):
        yield "6.2.3 the profile is none"
    elif spaces.get(profile[16:20]) != int(intents[0].DestOutputProfile.get("/N", 0)):
        yield "6.2.3 the profile and its number of colours differ"
    is_rgb = profile[16:20] == b"RGB "
    for n, page in enumerate(document.pages, 1):
        for operator in operators(page):
            if operator in {"k", "K"} or (operator in {"rg", "RG"} and not is_rgb):
                yield f"6.2.4 page {n}: {operator} without a profile for it"


def operators(page):
    """Operators of a page and of the forms drawn on it."""
    found, waiting, seen = set(), [page.obj], set()
    while waiting:
        one = waiting.pop()
        found |= {str(instruction.operator) for instruction in pikepdf.parse_content_stream(one)}
        for form in dict(one.get("/Resources", {}).get("/XObject", {})).values():
            if form.get("/Subtype") == "/Form" and form.objgen not in seen:
                seen.add(form.objgen)
                waiting.append(form)
    return found


def of_files(document):
    """Every file inside says what it is, of which type, and belongs to the document."""
    related = [one.objgen for one in document.Root.get("/AF", [])]
    names = [bytes(name) for name in document.Root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])[::2]]
    if names != sorted(names):
        yield "6.8 the files are not in the order of their names"
    for name in document.attachments:
        spec = document.attachments[name].obj
        stream = spec.EF.F
        if "/UF" not in spec or "/F" not in spec:
            yield f"6.8 {name}: without both its names"
        if str(spec.get("/AFRelationship", "")) not in {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}:
            yield f"6.8 {name}: belongs to nothing"
        if spec.objgen not in related:
            yield f"6.8 {name}: not among the files of the document"
        if not re.fullmatch(r"/\w+/[\w.+-]+", str(stream.get("/Subtype", ""))):
            yield f"6.8 {name}: of no type"
        if "/ModDate" not in stream.get("/Params", {}):
            yield f"6.8 {name}: without a date"
    if len(related) != len(document.attachments):
        yield "6.8 a file related that is not there"


# --- fonts ------------------------------------------------------------------------------------------------------


def fonts_of(document):
    return [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]


def of_fonts(document):
    """All embedded, and every character known, so that the text can be read, searched and taken out."""
    for font in fonts_of(document):
        kind, name = str(font.get("/Subtype")), str(font.get("/BaseFont", font.get("/Name", "?")))
        if kind == "/Type0":
            if "/ToUnicode" not in font or b"beginbf" not in font.ToUnicode.read_bytes():
                yield f"6.2.11.7 {name}: characters without meaning"
            if str(font.get("/Encoding")) != "/Identity-H":
                yield f"6.2.11.3 {name}: encoding {font.get('/Encoding')}"
        elif kind in {"/CIDFontType0", "/CIDFontType2"}:
            about = font.FontDescriptor
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(about.keys()):
                yield f"6.2.11.4 {name}: not embedded"
            if kind == "/CIDFontType2" and str(font.get("/CIDToGIDMap", "")) != "/Identity":
                yield f"6.2.11.3 {name}: no map from characters to shapes"
            if not re.fullmatch(r"/[A-Z]{6}\+.+", name):
                yield f"6.2.11.4 {name}: a part of a font not named as one"
            true = advances(about)
            if wrong := [n for n, width in widths(font) if abs(width - true.get(n, width)) > 1]:
                yield f"6.2.11.5 {name}: {len(wrong)} widths are not those of the shapes"
        else:
            yield f"6.2.11 {name}: {kind}"


def widths(font):
    """(number of the shape, its width) as the paper says."""
    said = list(font.get("/W", []))
    while said:
        at, more = int(said.pop(0)), said.pop(0)
        if isinstance(more, pikepdf.Array):
            yield from ((at + n, float(width)) for n, width in enumerate(more))
        else:
            width = float(said.pop(0))
            yield from ((n, width) for n in range(at, int(more) + 1))


def advances(about):
    """{number of the shape: its width in thousandths} of an OpenType program; of others nothing is known here."""
    if str(about.get("/FontFile3", {}).get("/Subtype")) != "/OpenType":
        return {}
    font = TTFont(io.BytesIO(about.FontFile3.read_bytes()))
    unit = font["head"].unitsPerEm
    return {font.getGlyphID(name): width * 1000 / unit for name, (width, _side) in font["hmtx"].metrics.items()}


def of_sets(document):
    """A list of the shapes that are in a font may be missing, but not be wrong (6.2.11.4.2)."""
    for font in fonts_of(document):
        about = font.get("/FontDescriptor", {})
        if "/CIDSet" in about:
            listed = bits(about.CIDSet.read_bytes())
            there = shapes(about)
            if not there <= listed:
                yield f"6.2.11.4 {font.BaseFont}: {len(there - listed)} shapes not listed"


def bits(data):
    return {8 * at + bit for at, byte in enumerate(data) for bit in range(8) if byte & 0x80 >> bit}


def shapes(about):
    """Numbers of the shapes that a font program holds, other than the empty ones left between them."""
    if "/FontFile2" in about:
        font = TTFont(io.BytesIO(about.FontFile2.read_bytes()))
        return {font.getGlyphID(name) for name in font.getGlyphOrder() if font["glyf"][name].numberOfContours}
    program = about.FontFile3
    if str(program.Subtype) == "/OpenType":
        cff = TTFont(io.BytesIO(program.read_bytes()))["CFF "].cff
    else:
        cff = CFFFontSet()
        cff.decompile(io.BytesIO(program.read_bytes()), None)
    top = cff[0]
    drawn = top.CharStrings
    return {n for n, name in enumerate(top.getGlyphOrder()) if len(drawn[name].bytecode or b"") > 4}
