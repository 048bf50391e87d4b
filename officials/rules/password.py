"""What makes a password easy to guess (S4). Length counts, and that nobody guesses it; capitals, digits and signs only where the
installation asks for them (S5)."""

import re
import unicodedata

from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

SHORTEST, LONGEST = 12, 128
VARIETY = 5  # different characters
KINDS, LEAST_KINDS = (str.isupper, str.islower, str.isdecimal), 3  # and all others together a fourth
COMMON = (  # what many people in China take; a password of nothing but these and digits is none
    "woaini", "woaizuguo", "woaizhongguo", "aini", "nihao", "zhongguo", "zhonghua", "beijing", "shengri", "shengrikuaile",
    "kuaile", "baobao", "baobei", "laopo", "laogong", "mima", "wodemima", "meiyoumima", "wangjimima", "woshishei", "woshini",
    "bugaosuni", "buzhidao", "caicaikan", "yishengyishi", "gongxifacai", "dajiahao", "renminfuwu", "weirenminfuwu", "buwangchuxin",
    "laojishiming", "gongchandang", "shehuizhuyi", "yiqianbaiyi", "denglu", "guanliyuan", "admin", "password", "passwd", "abcd",
    "qwer", "qwert", "qwerty", "qwertyuiop", "asdf", "asdfgh", "asdfghjkl", "zxcv", "zxcvbn", "zxcvbnm", "qazwsx", "qazwsxedc",
    "1qaz", "2wsx", "3edc", "4rfv", "q1w2e3r4", "abc", "aaa",
    "我爱你", "我爱祖国", "我爱中国", "你好", "密码", "我的密码", "没有密码", "忘记密码", "生日快乐", "恭喜发财", "为人民服务",
    "不忘初心", "牢记使命", "共产党", "中国共产党", "社会主义", "一心为民", "富强", "民主", "文明", "和谐", "自由", "平等", "公正",
    "法治", "爱国", "敬业", "诚信", "友善", "管理员", "登录",
)  # fmt: skip
OF_THE_HOUSE = (  # what this system is about
    "纪委", "监委", "纪检", "监察", "纪律检查", "述责", "述廉", "评廉", "问廉", "党风政风", "廉政", "廉洁",
)  # fmt: skip
LATIN, CHINESE = 4, 2  # shorter words stand in too many good passwords
ONLY_COMMON = re.compile("(?:{}|[0-9])+".format("|".join(sorted(map(re.escape, COMMON), key=len, reverse=True))))
PLACE = re.compile(r"[省市区县旗州盟]")


def weaknesses(password: str, *, common, words) -> list[str]:
    """Every reason why somebody could guess this password, each with what to do; an empty list means that it may be used.

    `common` holds passwords known from breaches, `words` what everybody around the person knows: see `known_words`.
    """
    reasons, bare = [], plain(password)
    if len(password) < SHORTEST:
        reasons.append(
            _("密码只有 %(n)d 个字符，至少要 %(least)d 个。用一句自己记得住的话最省事。")
            % {"n": len(password), "least": SHORTEST}
        )
    if len(password) > LONGEST:
        reasons.append(_("密码有 %(n)d 个字符，最多 %(most)d 个。请缩短一些。") % {"n": len(password), "most": LONGEST})
    if bare.isdecimal():
        reasons.append(_("密码不能只有数字。请加上文字，比如一句话。"))
    elif len(set(bare)) < VARIETY:
        reasons.append(_("密码里不同的字符太少。请换一句有变化的话。"))
    elif ONLY_COMMON.fullmatch(bare) or {password.lower(), bare, bare.strip("0123456789")} & common:
        reasons.append(_("这是很多人都用的密码，或者只在它前后加了数字。请换一句只有自己想得到的话。"))
    if found := next((word for word in words if word in bare), None):
        reasons.append(
            _("密码里有“%(word)s”：账号、姓名、单位、地名和本行的词（连同拼音）别人都猜得到。请换掉这个词。") % {"word": found}
        )
    return reasons


def kinds(password: str) -> int:
    """How many of the four kinds it mixes: capitals, small letters, digits, others (signs, spaces, Chinese characters)."""
    return len({next((kind for kind in KINDS if kind(char)), None) for char in password})


def plain(text: str) -> str:
    """As it is compared: one width, small letters, nothing but letters, characters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def known_words(texts) -> list[str]:
    """The words to be avoided: each text as it stands and in pinyin, the longest first; too short ones are left out."""
    found = set()
    for text in filter(None, map(plain, texts)):
        found |= {text, plain("".join(lazy_pinyin(text)))}
    return sorted(
        (word for word in found if len(word) >= (LATIN if word.isascii() else CHINESE)), key=lambda word: (-len(word), word)
    )


def parts_of_place(name: str) -> list[str]:
    """ "澜江市云澜区" and what people call it: 澜江, 云澜."""
    return [name, *PLACE.split(name)]
