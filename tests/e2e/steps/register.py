"""Step 2: units and officials come in from Excel; nothing is written while anything is wrong."""

import openpyxl
from playwright.sync_api import expect

from officials.models import Official, Unit

UNITS = [
    ["U01", "澜江市云澜区教育局", "区教育局", "区直部门", "", "教育", "L01", "薛翊和", 56, "党组"],
    ["U02", "澜江市云澜区水务局", "区水务局", "区直部门", "", "水务", "L01", "闻知远", 41, "党组"],
    ["U03", "澜江市云澜区松溪镇", "松溪镇", "镇办", "", "乡镇", "", "", 72, "党委"],
]
OFFICIALS = [
    ["P01", "时彦亦", "男", 1974, "U01", "党组书记、局长", "正科级", "是", "是", "2024-07-01", "2029-06-30", "在任"],
    ["P02", "章静澜", "女", 1978, "U02", "党组书记、局长", "正科级", "是", "是", "2024-07-01", "2027-03-31", "在任"],
    ["P03", "卞亭然", "男", 1980, "U03", "党委书记", "正科级", "是", "否", "2025-03-01", "2029-06-30", "在任"],
]


def fill_template(template, path, units, officials):
    """The downloaded template with our lines in place of the examples."""
    book = openpyxl.load_workbook(template)
    for title, rows in (("单位", units), ("干部", officials)):
        sheet = book[title]
        sheet.delete_rows(2, sheet.max_row)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def upload(page, path):
    page.goto("/officials/import")
    page.get_by_label("登记表").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()


def bring_in(stage, clerk, folder):
    """A faulty workbook shows its faults by row and column; the mended one is written when confirmed."""
    page = stage.person(clerk)
    page.get_by_role("link", name="干部", exact=True).click()
    expect(page.get_by_text("还没有登记干部")).to_be_visible()
    page.get_by_role("link", name="导入登记表").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载模板").click()
    template = folder / "template.xlsx"
    download.value.save_as(template)

    faulty = [OFFICIALS[0], ["P02", "", *OFFICIALS[1][2:]], [*OFFICIALS[2][:4], "U99", *OFFICIALS[2][5:10], "2020-01-01", "在任"]]
    upload(page, fill_template(template, folder / "faulty.xlsx", UNITS, faulty))
    expect(page.get_by_role("alert")).to_contain_text("有 3 处要改，什么也没有写入")
    expect(page.get_by_role("row", name="没有填写")).to_contain_text("姓名")
    expect(page.get_by_role("row", name="没有这个单位代码")).to_contain_text("U99")
    expect(page.get_by_role("row", name="早于或等于任职时间")).to_contain_text("任期届满")
    assert not Unit.objects.exists()

    upload(page, fill_template(template, folder / "register.xlsx", UNITS, OFFICIALS))
    expect(page.get_by_role("heading", name="没有发现问题，可以导入")).to_be_visible()
    assert not Unit.objects.exists()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("status")).to_contain_text("新增 6 条")
    assert Official.objects.count() == 3


def search(stage, clerk):
    """By initials of the pinyin; the page of a person shows the term, once it is said why one reads it."""
    page = stage.person(clerk)
    page.goto("/officials/")
    page.get_by_role("search", name="筛选").get_by_role("searchbox").fill("zjl")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("link", name="时彦亦")).to_have_count(0)
    page.get_by_role("link", name="章静澜").click()
    page.get_by_label("查阅理由").fill("核对登记表")
    page.get_by_role("button", name="查阅章静澜").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("章静澜")
