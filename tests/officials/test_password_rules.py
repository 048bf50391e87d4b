"""S4: good and bad passwords, as the form and the command ask."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from officials.models import User
from officials.rules import password as rules
from tests import factories

WHO = User(username="zhangweimin", name="张卫民")


@pytest.mark.parametrize(
    "password",
    [
        "correct-horse-battery",
        "青山绿水-2026-门口",
        "四只灰鸽子落在屋檐上看雨",
        "xiyuhuanghunliangbashan",  # pinyin of nothing that anybody is called
        "7 chairs, 2 lamps",
        "k3f9-xq7m-2hvd-t8wb",
        "密" + "a1b2c3d4e5" * 12 + "字" * 7,  # 128
    ],
)
def test_what_nobody_guesses_is_a_password(db, password):
    factories.UnitFactory(name="澜江市云澜区交通运输局", short_name="区交通运输局")

    validate_password(password, WHO)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("chairs-lamp", "只有 11 个字符，至少要 12 个"),
        ("四只灰鸽子落在屋檐上", "只有 10 个字符"),
        ("七" * 100 + "把椅子和两盏灯" * 5, "有 135 个字符，最多 128 个"),
        ("198001011234", "不能只有数字"),
        ("１９８００１０１１２３４", "不能只有数字"),
        ("abababababab", "不同的字符太少"),
        ("------------", "不同的字符太少"),
        ("telechargement", "很多人都用"),  # in the list of breaches
        ("Elephant20260101", "很多人都用"),  # one of its words and digits
        ("woaini5201314", "很多人都用"),
        ("Woaizuguo-1949!", "很多人都用"),
        ("为人民服务不忘初心牢记使命", "很多人都用"),
        ("富强民主文明和谐自由平等", "很多人都用"),
        ("1qaz2wsx3edc4rfv", "很多人都用"),
        ("zhangweimin-chair", "“zhangweimin”"),
        ("张卫民坐在第七把椅子上面", "“张卫民”"),
        ("Zhang Wei Min 7 chairs", "“zhangweimin”"),
        ("yunlan-chairs-7", "“yunlan”"),
        ("云澜的第七把椅子和一盏灯", "“云澜”"),
        ("lan.jiang.chairs", "“lanjiang”"),
        ("jiwei-chairs-7-lamps", "“jiwei”"),
        ("第七把椅子是纪委的椅子啊", "“纪委”"),
        ("七把椅子在交通运输局门口", "“交通运输局”"),
        ("jiaotongyunshuju-7", "“jiaotongyunshuju”"),
        ("zhangweimim-zz", "“账号”太像"),
    ],
)
def test_what_others_guess_is_none_and_the_refusal_says_what_to_do(db, password, reason):
    factories.UnitFactory(name="澜江市云澜区交通运输局", short_name="区交通运输局")

    with pytest.raises(ValidationError, match=reason) as refusal:
        validate_password(password, WHO)
    assert all("请" in text or "用一句" in text for text in refusal.value.messages)


def test_a_password_may_be_weak_for_several_reasons(db):
    with pytest.raises(ValidationError) as refusal:
        validate_password("yunlan", WHO)

    assert [text[:3] for text in refusal.value.messages] == ["密码只", "密码里"]


def test_without_a_person_the_district_still_counts(db):
    with pytest.raises(ValidationError, match="yunlan"):
        validate_password("yunlan-chairs-7")


def test_short_words_stand_in_too_many_good_passwords():
    assert rules.known_words(["于是", "局", "", "ab"]) == ["yushi", "于是"]


def test_the_rules_are_told_before_somebody_types(db):
    assert "12 至 128 个字符" in password_validators_help_texts()[0]
