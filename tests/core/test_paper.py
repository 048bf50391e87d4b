import datetime as dt
import io
from functools import cache

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured

from core import fonts, letter, paper
from tests.core import paper_samples as samples
from tests.core import reading

pytestmark = pytest.mark.slow


@cache
def sample(name):
    return printed(name)


def printed(name, **changes):
    return paper.render(f"paper/{name}.html", {**samples.PAPERS[name](), **changes}, title="述责述廉")


def page_sizes(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [tuple(round(float(value) / reading.MM) for value in page.mediabox[2:]) for page in document.pages]


# --- every paper -------------------------------------------------------------------------------------------

EXPECTED = {  # pages, and words that must stand on it
    "result_sheet": (2, ["评议结果单", "时彦亦", "86.92", "从票数到等次", "9c41 7be0 52d8 a3f6", "监票人"]),
    "exact_sheet": (1, ["计分过程记录", "时彦亦", "1988 ÷ 23 = 86.434782…", "不公布、不送本人", "监票人"]),
    "result_table": (1, ["评议结果汇总表", "赵䶮", "欧阳昇翀", "SCH-2026-01 第 1 版", "会议主持人"]),
    "count_sheet": (
        1,
        [
            "计票报告单",
            "30 ＝ 26 ＋ 4 ＋ 0",
            "相符",
            "5QK8 M2VJ 7XTR 40BN",
            "掉落在抽卡箱下",
            "第 4711 条 9c41 7be0",
            "应到 81 人，实到 79 人。",
        ],
    ),
    "count_slip": (1, ["票卡清点单", "群众代表", "实发", "未交回", "印制 ＝ 收回的票 ＋ 作废 ＋ 未交回"]),
    "handbook": (1, ["监票手册", "出了情况", "BZZH-22JD-4M0Q-X7RT", "声明丢失 1", "任意 2 张就能开"]),
    "meeting_notice": (1, ["会议通知", "各述责述廉对象、各参会人员：", "五、不能参会的", "2026年11月23日"]),
    "rehearsal_script": (1, ["五分钟演练脚本", "数到十", "https://tp.example.gov.cn", "谁在什么时候以前解决"]),
    "emergency_card": (1, ["应急卡", "连不上服务器", "应到 81 人，到 54 人才能开会", "照监票手册"]),
    "follow_sheet": (1, ["扫码跟会", "不用登录", "https://sz.example.gov.cn/live/f/k3Jq"]),
    "poster": (2, ["谁能看到什么", "我们挡不住的", "怎样自己核对", "BZZH-22JD-4M0Q-X7RT"]),
    "paper_ballot": (1, ["评议票（纸票）", "无记名", "时彦亦", "现场答询", "满分 9"]),
    "void_record": (1, ["本轮作废记录", "两张声明丢失的票卡被人投了票", "监票人（第三方）"]),
    "ending_record": (1, ["评议票箱终结记录", "5QK8 M2VJ 7XTR 40BN", "粉碎 2 张", "受潮损毁", "监票人（代表）"]),
    "opinion_form": (4, ["征求意见表", "不记名，请不要写您的姓名", "12388", "最需要改进的一件事", "填表人类别", "C3"]),
    "review_report": (4, ["述责述廉报告", "三、廉洁从政情况", "本人承诺", "NP3", "退回修改", "陈喆堃"]),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_paper_has_its_pages_its_words_and_its_foot(name):
    pdf = sample(name)
    pages, words = EXPECTED[name]
    text = reading.words(pdf)

    assert len(page_sizes(pdf)) == pages
    assert [word for word in words if word.replace(" ", "") not in text] == []
    code = samples.PAPERS[name]()["document"]["code"]
    for number, page in enumerate(reading.pages(pdf), 1):
        foot = "".join(char.text for char in page if char.baseline > (297 if page_sizes(pdf)[number - 1][1] == 297 else 210) - 22)
        assert f"由系统生成，编号{code}" in foot
        assert f"第{number}页，共{pages}页" in foot


@pytest.mark.parametrize("name", [*EXPECTED, "session_file"])
def test_nothing_is_cut_off_at_the_edge(name):
    pdf = sample(name)

    for (width, height), page in zip(page_sizes(pdf), reading.pages(pdf), strict=True):
        assert min(char.x for char in page) >= 11.5
        assert max(char.right for char in page) <= width - 11.5
        assert max(char.baseline for char in page) <= height - 5


@pytest.mark.parametrize("name", [*EXPECTED, "session_file"])
def test_text_never_prints_as_an_empty_box(name):
    able = fonts.covering(set(reading.words(sample(name))))

    assert able.intersection(fonts.TABLE_FAMILIES["sans"])
    assert able.intersection(fonts.TABLE_FAMILIES["serif"])


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_context_gives_the_same_bytes(name):
    assert sample(name) == printed(name)


def test_every_template_has_a_sample():
    templates = {path.stem for path in paper.STYLES.glob("[a-z]*.html")}

    assert templates - {"sheet", "letter"} == set(samples.PAPERS)


def test_ten_slips_with_the_longest_names_stand_on_a_page_each_in_its_own_field():
    first, second = reading.pages(sample("first_passwords"))
    rows = {round(char.baseline) for char in first if char.text == "k"}

    assert "".join(char.text for char in first).count("k3f9") == 10
    assert [len(page) > 100 for page in (first, second)] == [True, True]
    assert len(rows) == 5


@pytest.mark.parametrize("n", [3, 6, 7, 10])
def test_signatures_stand_under_the_last_rows_of_what_is_signed(n):
    """Never on a page of their own, whatever the table makes of the page."""
    table = samples.table()
    table["rows"] = [{**table["rows"][0], "name": f"第{i}人"} for i in range(n)]
    table["notes"] *= 4
    table["spread"] = {"rows": [{"name": f"类别{i}", "marks": ["90.10", "84.20"], "apart": []} for i in range(3)], "lines": []}

    pages = ["".join(reading.text(page)) for page in reading.pages(printed("result_table", table=table))]

    signed = next(page for page in pages if "会议主持人" in page)
    assert f"第{n - 1}人" in signed
    assert f"第{n - 2}人" in signed
    assert "姓名" in signed  # the head of the table is repeated
    assert "拉开差距" in signed  # nor does this stand alone on a page


def test_the_table_of_ten_is_one_page_with_its_spread():
    table = samples.table()
    table["rows"] = [
        {**row, "short_unit": row["short_unit"].partition("云澜区")[2], "band": "基本称职", "outside": []}
        for row in table["rows"]
    ]
    marks = [{"name": name, "marks": ["90.10", "84.20"], "apart": []} for name in ("区直部门", "镇办", "国企")]
    spread = {"rows": marks, "lines": [{"name": "首尾相差", "text": "8.10"}] * 9}

    assert len(page_sizes(printed("result_table", table=table | {"outside": [], "spread": spread}))) == 1


@pytest.mark.parametrize("outside", [[], ["扣分"], ["加分", "扣分"]])
def test_a_band_never_breaks_and_touches_no_figure(outside):
    table = samples.table()
    rows = [{**row, "band": "基本称职", "outside": ["12.5"] * len(outside)} for row in table["rows"]]

    (page,) = reading.pages(printed("result_table", table=table | {"outside": outside, "rows": rows}))

    told = [chars for _at, chars in reading.lines(page) if "基本称职" in "".join(char.text for char in chars)]
    assert len(told) == len(rows)
    for chars in told:
        first = next(char for char in chars if char.text == "基")
        assert first.x - max(char.right for char in chars if char.x < first.x) > 2
        assert max(char.right for char in page) <= 297 - 11.5


# --- the digest and the metadata ---------------------------------------------------------------------------


def test_the_digest_follows_the_content_and_stands_in_the_foot():
    first, second = samples.result_sheet(), samples.result_sheet(score="86.93")

    mark = paper.digest("paper/result_sheet.html", first)
    assert mark != paper.digest("paper/result_sheet.html", second)
    assert mark.replace(" ", "") in reading.words(sample("result_sheet"))


def test_metadata_names_no_person_and_no_time():
    with pikepdf.open(io.BytesIO(sample("result_sheet"))) as document:
        info = {str(key): str(value) for key, value in document.docinfo.items()}

    assert set(info) == {"/Producer", "/Title", "/Subject"}
    assert info["/Title"] == "述责述廉"


# --- what single papers promise ----------------------------------------------------------------------------


def test_where_there_is_no_median_the_sheet_promises_no_line():
    criteria = [{**criterion, "median": None} for criterion in samples.sheet()["criteria"]]

    text = reading.words(printed("result_sheet", sheet=samples.sheet(criteria=criteria)))

    assert "竖线" in reading.words(sample("result_sheet"))
    assert "竖线" not in text
    assert "人数少，不列中位数" in text


def test_a_withheld_score_prints_its_reason_and_no_figure():
    told = {"no_score": "按公布规则暂不公布", "steps": ["收回 79 票；得分暂不公布"]}
    sheet = samples.sheet(score="", band="", rank=None, total=None, criteria=[], **told)
    text = reading.words(printed("result_sheet", sheet=sheet))

    assert "按公布规则暂不公布" in text
    assert "86.92" not in text
    assert "第3名" not in text
    assert "三各项指标票数较少" in text
    assert "四确认" in text


def test_who_has_no_rank_has_no_line_of_it():
    table = samples.table()
    rows = [{**row, "rank": None} for row in table["rows"]]

    assert "名次" not in reading.words(printed("result_sheet", sheet=samples.sheet(rank=None, steps=[])))
    assert "名次" not in reading.words(printed("result_table", table=table | {"rows": rows, "is_ranked": False}))


def test_a_hidden_value_stays_hidden():
    groups = [{"name": "群众代表", "cells": ["53", "52", "*", "*", "*", "*", "0.30", "–"]}]
    text = reading.words(printed("result_sheet", sheet=samples.sheet(groups=groups, total=None)))

    assert "群众代表5352****0.30–" in text


@pytest.mark.parametrize(("change", "verdict"), [({}, "相符"), ({"cast": 25}, "不符")])
def test_count_sheet_says_whether_the_cards_add_up(change, verdict):
    count = {
        **samples.count(),
        "boxes": [{"name": "区纪委委员", "printed": 30, "cast": 26, "voided": 4, "unaccounted": 0, **change}],
    }
    text = reading.words(printed("count_sheet", count=count))

    assert f"30＝{count['boxes'][0]['cast']}＋4＋0{verdict}" in text


@pytest.mark.parametrize("papers", [0, 2])
def test_the_end_of_a_ballot_speaks_of_paper_ballots_only_where_there_were_some(papers):
    end = samples.ending_record()["end"] | {"papers": papers}

    assert ("已录纸票" in reading.words(printed("ending_record", end=end))) is bool(papers)


def test_withheld_counts_are_not_called_wrong():
    officials = [{"name": "时彦亦", "returned": 79, "valid": "*", "invalid": "*", "abstain": "*"}]
    text = reading.words(printed("count_sheet", count={**samples.count(), "officials": officials}))

    assert "时彦亦79***–" in text
    assert "不符" not in text


def test_a_column_of_figures_has_a_head_that_reads_and_a_veto_stands_in_one_line():
    table = samples.table()
    figures = {"name": "其他单位数据", "note": "0.10", "heads": ["数据"]}
    longest = {"name": "阿依古丽·买买提", "short_unit": "城市管理综合行政执法局", "rank": None, "is_vetoed": True}
    rows = [{**row, "cells": [*row["cells"], ["92.5"]], "outside": ["0", "2.5"]} for row in table["rows"]]
    rows = [{**row, **longest} for row in rows] * 2
    crowded = {"groups": [*table["groups"], figures], "outside": ["加分", "扣分"], "rows": rows, "is_crowded": True}

    pages = reading.pages(printed("result_table", table=table | crowded))
    lines = [
        "".join(char.text for char in sorted(chars, key=lambda char: char.x))
        for page in pages
        for _at, chars in reading.lines(page)
    ]

    assert len(pages) == 2
    assert sum("其他单位" in line for line in lines) == 2  # the head of each page
    assert sum("一票否决" in line for line in lines) == len(rows)
    assert max(char.right for char in pages[0] if char.text in "提依") < min(char.x for char in pages[0] if char.text == "发")


@pytest.mark.parametrize("n", [5, 6])
def test_a_table_of_many_groups_stays_on_its_page(n):
    table = samples.table()
    rows = [{**row, "cells": (row["cells"] * 2)[:n], "outside": [], "band": "基本称职"} for row in table["rows"]]
    crowded = {"groups": (table["groups"] * 2)[:n], "outside": [], "rows": rows, "is_crowded": True}

    for page in reading.pages(printed("result_table", table=table | crowded)):
        assert max(char.right for char in page) <= 297 - 11.5


def test_the_count_sheet_prints_each_ground_once_and_no_day_across_two_lines():
    pdf = printed("count_sheet", count=samples.count() | samples.outside())
    text, lines = reading.words(pdf), [line for page in reading.pages(pdf) for line in reading.text(page)]

    assert text.count("云考办〔2026〕2号") == 1
    assert text.count("文件2") == 3
    for whole in ("2026年6月", "省纪通〔2026〕12号", "2026年12月20日", "2026年11月30日"):
        assert any(whole in line for line in lines), whole
    assert ["六摘要" in text, "五会外事项" in text] == [True, True]


def test_without_outside_values_the_codes_are_the_fifth_part_of_the_count_sheet():
    assert "五摘要" in reading.words(sample("count_sheet"))


def test_result_table_repeats_its_head_on_every_page():
    table = samples.table()
    pdf = printed("result_table", table={**table, "rows": table["rows"] * 5})

    heads = [sum("类别名次" in line for line in reading.text(page)) for page in reading.pages(pdf)]
    assert page_sizes(pdf)[0] == (297, 210)
    assert len(heads) > 2
    assert heads[:-1] == [1] * (len(heads) - 1)


def test_opinion_forms_of_all_officials_carry_the_same_code():
    """It is the code of the form, never of a person."""
    first, second = (reading.picture(sample("opinion_form"), page, (160, 18, 190, 48)) for page in (0, 2))

    assert first.getextrema() == (0, 255)
    assert first.tobytes() == second.tobytes()


# --- where pages break ---------------------------------------------------------------------------------------


def page_of(pdf, words):
    """The lines of the one page these words stand on."""
    (found,) = [lines for page in reading.pages(pdf) if words in "".join(lines := reading.text(page))]
    return "".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("lines", range(20, 44, 3))
def test_a_report_is_signed_under_the_measures_it_promises(lines):
    text = "全年召开党组会议，其中专题研究全面从严治党，第一议题学习，抓党建述职，推迟办理的写明理由。\n" * lines
    aspects = [{"name": "责任落实", "items": [{"code": "A1", "name": "第一责任", "text": text}]}]

    pdf = printed("review_report", aspects=aspects, review=None)

    assert "2027年3月31日" in page_of(pdf, "述责人签名")


@pytest.mark.slow
@pytest.mark.parametrize("lines", range(2, 10))
def test_minutes_are_signed_under_their_last_lines(lines):
    sample = samples.PAPERS["minutes"]()["minutes"]
    told = [{"title": "会议结束", "lines": [f"第 {n} 件事。" for n in range(1, lines + 1)]}]

    pdf = printed("minutes", minutes={**sample, "sections": told})

    assert f"第{lines}件事" in page_of(pdf, "主持人：")


def counted(n, *, occasions=0):
    """A count sheet of so many officials, with the six codes and the signatures that a confirmed one has."""
    count = samples.count()
    count |= (
        {"occasions": samples.outside()["occasions"][:occasions], "grounds": samples.outside()["grounds"][:2]}
        if occasions
        else {}
    )
    count["officials"] = [{**count["officials"][0], "name": f"第{i}人"} for i in range(1, n + 1)]
    count["roots"] += count["roots"][:2]
    signed = "系统内签字（2026年12月22日）：计票人倪松言 15:10，监票人俞舒源 15:11；审批领导袁秉柏 15:12 确认。"
    return printed("count_sheet", count=count | {"signed": signed})


@pytest.mark.parametrize(("n", "occasions"), [(3, 0), (3, 3), (10, 0)])
def test_the_count_of_a_usual_meeting_is_signed_on_the_page_of_its_figures(n, occasions):
    assert len(page_sizes(counted(n, occasions=occasions))) == 1


@pytest.mark.parametrize("n", [13, 20, 26, 30])
def test_a_page_of_a_longer_count_is_full_before_the_next_begins(n):
    pdf = counted(n)
    first = [char for char in reading.pages(pdf)[0] if char.baseline < 272]

    last = next(i for i in range(n, 0, -1) if f"第{i}人" in "".join(reading.text(first)))
    assert last == n or max(char.baseline for char in first) > 250
    assert last not in (1, n - 1)  # no row alone on a page
    assert ("四无效票及其他说明" in page_of(pdf, "会议主持人")) or f"第{n}人" in page_of(pdf, "会议主持人")


def test_no_row_of_what_came_from_outside_stands_alone_on_a_page():
    assert "加分2分" in page_of(counted(10, occasions=3), "外部数据90：")


def test_no_face_holds_a_copy_of_its_file_while_pages_are_drawn():
    """Of five faces that would be more than a hundred megabytes."""
    held = []

    class Faces(dict):
        def __setitem__(self, key, font):
            held.append(sum(len(value) for value in vars(font).values() if isinstance(value, bytes)))
            super().__setitem__(key, font)

    document = paper.HTML(string="<p>述责<b>述廉</b></p>").render()
    document.fonts = Faces()
    document.write_pdf()

    assert len(held) >= 2
    assert max(held) < 1000


# --- the session file --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session_file():
    return sample("session_file")


def test_session_file_has_bookmarks_for_every_part_and_person(session_file):
    with pikepdf.open(io.BytesIO(session_file)) as document, document.open_outline() as outline:
        parts = {item.title: [child.title for child in item.children] for item in outline.root}

    assert list(parts) == [
        "2026年年终集中述责述廉评议会", "会议通知", "议程和述责对象", "到会情况", "意见汇总", "述责述廉报告", "质询、答复和承诺", "会议记录", "计票报告单", "评议结果汇总表",
        "评议票箱终结记录", "签字",
    ]  # fmt: skip
    assert parts["述责述廉报告"] == [f"报告　{name}" for name, *_ in samples.PEOPLE[:4]]
    assert parts["评议结果汇总表"] == [f"结果单　{name}" for name, *_ in samples.PEOPLE[:4]]


def test_contents_give_the_page_where_a_part_begins(session_file):
    pages = reading.pages(session_file)
    contents = reading.text(pages[1])

    for title in ("会议通知", "到会情况", "计票报告单", "评议结果汇总表", "签字"):
        line = next(line for line in contents if line.startswith(title))
        number = int(line.rsplit(".", 1)[1])
        assert reading.text(pages[number - 1])[0].startswith(title)


def test_session_file_holds_all_it_must(session_file):
    text = reading.words(session_file)

    for words in (
        "食堂食材采购公示不够具体",
        "应到实到",
        "答复不满意，提出质询书，2027年1月15日前书面答复，列入整改问题",
        "2027年1月31日前",
        "相符",
        "5QK8M2VJ7XTR40BN",
        "会议主持人",
        "记录人",
    ):
        assert words in text
    assert page_sizes(session_file).count((297, 210)) == 1
    for name, *_ in samples.PEOPLE[:4]:
        assert text.count(name) >= 5


def test_missing_parts_are_left_out():
    file = samples.session_file(1)
    pdf = paper.render(
        "paper/session_file.html",
        {**file, "notice": None, "table": None, "sheets": [], "end": None, "opinions": None, "reports": []},
        title="会议档案",
    )
    text = reading.words(pdf)

    assert "会议通知" not in text
    assert "评议结果汇总表" not in text
    assert "终结记录" not in text
    assert "计票报告单" in text


# --- safety (security.md S36) ------------------------------------------------------------------------------

CANARY = "CANARY-4711"


@pytest.mark.parametrize(
    "attack",
    [
        '<img src="file://{path}">',
        '<link rel="attachment" href="file://{path}">',
        '<link rel="stylesheet" href="http://169.254.169.254/latest/">',
        '<style>@import url("file://{path}");</style>',
        '<svg><image href="file://{path}"/></svg>',
        '<object data="file://{path}"></object>',
        '<img src="paper:../../config/settings.py">',
    ],
)
def test_markup_in_values_prints_as_text_and_fetches_nothing(attack, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    markup = attack.format(path=secret)

    pdf = printed("result_sheet", sheet=samples.sheet(notes=[markup]))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
    assert markup.replace(" ", "") in reading.words(pdf)
    assert CANARY.encode() not in pdf


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.com/",
        "ftp://example.com/",
        "paper:../letter.css",
        "paper:secret",
    ],
)
def test_the_fetcher_refuses_everything_that_is_not_ours(address):
    with pytest.raises(ValueError, match=r"disallowed protocol|no such paper resource"):
        paper.OwnFetcher().fetch(address)


def test_the_fetcher_knows_data_addresses_and_our_own_files():
    assert paper.OwnFetcher().fetch("data:text/plain,ok").read() == b"ok"
    assert b"@page" in paper.OwnFetcher().fetch("paper:letter.css").read()


def test_without_any_chinese_font_nothing_is_printed(monkeypatch):
    monkeypatch.setattr(fonts, "installed", lambda: {})
    monkeypatch.setattr(fonts, "fandol", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="install-fonts"):
        printed("result_sheet")


def test_without_fandol_a_letter_is_set_in_the_fallbacks(monkeypatch):
    monkeypatch.setattr(fonts, "fandol", lambda name: None)
    fonts.face_for.cache_clear()
    fonts.advance.cache_clear()

    page = reading.pages(letter.render(samples.letter(2)))[0]

    fonts.face_for.cache_clear()
    fonts.advance.cache_clear()
    assert not any("Fandol" in char.font for char in page)
    assert "关于述责述廉评议反馈问题的提醒函" in reading.text(page)


# --- for the archive ---------------------------------------------------------------------------------------


def test_a_paper_for_the_archive_is_pdf_a_3_and_holds_its_files():
    at = dt.datetime(2026, 12, 22, 7, 30, tzinfo=dt.UTC)
    kept = [
        paper.Enclosed("5f0c2a91b7de4468.json", b'{"v":1}', "公布的计票文件", at),
        paper.Enclosed("verify.py", b"print()", "核验程序", at),
    ]
    made = [
        paper.render("paper/result_table.html", samples.PAPERS["result_table"](), title="汇总表", enclosed=kept)
        for _twice in (1, 2)
    ]

    assert made[0] == made[1]
    with pikepdf.open(io.BytesIO(made[0])) as document, document.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "U")
        assert {name: document.attachments[name].get_file().read_bytes() for name in document.attachments} == {
            "5f0c2a91b7de4468.json": b'{"v":1}', "verify.py": b"print()",
        }  # fmt: skip
        assert {str(one.AFRelationship) for one in document.Root.AF} == {"/Data"}
        assert "/OutputIntents" in document.Root
        assert not any(
            "/Type3" in str(font.get("/Subtype", "")) for page in document.pages for font in page.Resources.Font.values()
        )


def test_other_papers_hold_no_files():
    with pikepdf.open(io.BytesIO(sample("result_table"))) as document:
        assert not list(document.attachments)
