"""Which type faces set our papers, and what they can show.

Licensed faces come first in every stack and are used where the site has installed them. Then comes a free Fandol
file by an alias of its own: Fandol's regular and bold both claim weight 400, so a family name would pick the wrong
one. Then a face with the rare characters of personal names, which Fandol lacks.
"""

import logging
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Role:
    """One voice of a paper: `licensed` families, our `alias` of a Fandol `file`, then `free` families."""

    licensed: tuple
    file: str
    free: tuple
    generic: str
    weight: int = 400  # licensed faces have one weight; the free ones are asked for this

    @property
    def alias(self):
        return "Shuze " + self.file.removesuffix(".otf")


RARE = ("LXGW WenKai Light", "LXGW WenKai", "Noto Serif CJK SC", "Source Han Serif SC")
RARE_NAMES = "喆堃玥昇䶮翀赟"  # characters of living people's names that common fonts lack
ROLES = {
    "title": Role(
        ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
        "FandolSong-Bold.otf",
        ("Noto Serif CJK SC", "LXGW WenKai"),
        "serif",
        700,
    ),
    "fang": Role(("仿宋_GB2312", "FangSong_GB2312", "FangSong", "仿宋", "STFangsong"), "FandolFang-Regular.otf", RARE, "serif"),
    "kai": Role(("楷体_GB2312", "KaiTi_GB2312", "KaiTi", "楷体", "STKaiti"), "FandolKai-Regular.otf", RARE, "serif"),
    "hei": Role(
        ("SimHei", "黑体"), "FandolHei-Regular.otf", ("Noto Sans CJK SC", "Source Han Sans SC", "LXGW WenKai"), "sans-serif"
    ),
    "song": Role(("SimSun", "宋体"), "FandolSong-Regular.otf", ("Noto Serif CJK SC", "LXGW WenKai"), "serif"),
}
# Tables follow the screens: no licensed face, no Fandol.
TABLE_FAMILIES = {
    "sans": ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "LXGW WenKai"),
    "serif": ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "LXGW WenKai"),
}


# --- what is installed -------------------------------------------------------------------------------------


def folders():
    """Where Fandol files may lie: our own run-time folder first, then where Debian's TeX package puts them."""
    return [
        settings.VAR / "fonts",
        settings.ROOT / "var" / "fonts",
        Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
        Path("/usr/share/texmf/fonts/opentype/public/fandol"),
    ]


@cache
def fandol(name):
    """The path of a Fandol file, or None."""
    return next((folder / name for folder in folders() if (folder / name).is_file()), None)


@cache
def installed():
    """Families known to fontconfig → (file, index in the collection); the regular weight where there are several."""
    found = {}
    for line in sorted(_listing(":lang=zh", "%{weight}\t%{file}\t%{index}\t%{family}\n"), key=_distance_from_regular):
        _weight, path, index, families = line.split("\t")
        for family in families.split(","):
            found.setdefault(family, (Path(path), int(index) & 0xFFFF))
    return found


def covering(chars):
    """Families that know every one of these characters. Asks fontconfig, which is much faster than reading the fonts."""
    pattern = ":charset=" + " ".join(f"{ord(char):x}" for char in chars)
    return {family for line in _listing(pattern, "%{family}\n") for family in line.split(",")}


def _listing(pattern, form):
    command = shutil.which("fc-list")
    if not command:
        return []
    listing = subprocess.run([command, pattern, "--format", form], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603
    return listing.stdout.splitlines()


def _distance_from_regular(line):
    weight = line.split("\t")[0]
    return (abs(float(weight) - 80) if weight.replace(".", "").isdigit() else 200, line)


def licensed(role):
    return next((family for family in ROLES[role].licensed if family in installed()), None)


def has_chinese():
    """Whether any face of ours can print Chinese at all; without one a PDF is full of empty boxes."""
    return any(sources(role) for role in ROLES) or any(
        family in installed() for stack in TABLE_FAMILIES.values() for family in stack
    )


def sources(role):
    """Files of a role, in the order the renderer asks them for a character."""
    found = [installed()[family] for family in ROLES[role].licensed if family in installed()]
    if path := fandol(ROLES[role].file):
        found.append((path, 0))
    return found + [installed()[family] for family in ROLES[role].free if family in installed()]


# --- what a face can show ----------------------------------------------------------------------------------


class Face:
    """One font file, read lazily."""

    def __init__(self, path, index):
        self.font = TTFont(path, fontNumber=index, lazy=True)
        self.cmap = self.font.getBestCmap()
        self.em = self.font["head"].unitsPerEm

    def advance(self, char):
        return self.font["hmtx"][self.cmap[ord(char)]][0] / self.em

    def bounds(self, char):
        """(bottom, top) of the ink in em above the baseline; None for a blank glyph."""
        glyphs = self.font.getGlyphSet()
        pen = BoundsPen(glyphs)
        glyphs[self.cmap[ord(char)]].draw(pen)
        return pen.bounds and (pen.bounds[1] / self.em, pen.bounds[3] / self.em)

    @property
    def ascent(self):
        return self.font["hhea"].ascent / self.em

    @property
    def descent(self):
        return -self.font["hhea"].descent / self.em


@cache
def face(path, index=0):
    return Face(path, index)


def faces(role):
    return [face(*source) for source in sources(role)]


@cache
def face_for(char, role):
    """The first face of the role that knows the character, or None."""
    return next((one for one in faces(role) if ord(char) in one.cmap), None)


@cache
def advance(char, role):
    """Width of a character in em. What no face knows counts as a full square."""
    one = face_for(char, role)
    return one.advance(char) if one else 1.0


def ink(text, role):
    """(bottom, top) of the ink of a line, in em above the baseline."""
    bounds = [one.bounds(char) for char in text if (one := face_for(char, role))]
    drawn = [pair for pair in bounds if pair]
    return (min(low for low, _ in drawn), max(high for _, high in drawn)) if drawn else (0.0, 0.85)


def baseline(role):
    """Distance in em from the top of a line box of height 1 em to the baseline."""
    first = next(iter(faces(role)), None)
    if first is None:
        return 0.88
    return (1 - first.ascent - first.descent) / 2 + first.ascent


# --- for the renderer --------------------------------------------------------------------------------------


def stylesheet():
    """`@font-face` for every Fandol file found, and one custom property per role for the style sheets to use."""
    rules, stacks = [], []
    for name, role in ROLES.items():
        families = [*role.licensed, *role.free]
        if fandol(role.file):
            rules.append(
                f'@font-face {{ font-family: "{role.alias}"; src: url("paper:{role.file}"); font-weight: {role.weight}; }}'
            )
            families.insert(len(role.licensed), role.alias)
        stacks.append(f"--{name}: {_quoted(families)}, {role.generic};")
    weight = 400 if licensed("title") else ROLES["title"].weight  # a licensed face is never emboldened
    stacks.append(f"--title-weight: {weight};")
    stacks += [
        f"--{name}: {_quoted(families)}, {'sans-serif' if name == 'sans' else 'serif'};"
        for name, families in TABLE_FAMILIES.items()
    ]
    return "\n".join(rules) + "\nhtml { " + " ".join(stacks) + " }"


def _quoted(families):
    return ", ".join(f'"{family}"' for family in families)
