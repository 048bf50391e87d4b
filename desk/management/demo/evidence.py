"""Files the fictional units handed in: one page each, rendered together and taken apart."""

import io

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from desk.management.demo.district import data


def sheets():
    """{name: bytes}: a readable PDF for every piece of evidence the data name, and for the general one."""
    from weasyprint import CSS, HTML  # only the loading of the demonstration needs it here

    names = list(dict.fromkeys([name for row in data()["rectification_items"] for name in row["evidence"]] + [GENERAL]))
    pages = "".join(
        f"<section><h1>{name}</h1><p>本件为演示材料，单位、姓名、内容全部虚构。</p><p>整改事项的佐证：{name}。经本单位主要负责人审核。</p></section>"
        for name in names
    )
    style = "@page{size:A4;margin:30mm 26mm} section{break-after:page} body{font:16pt/1.8 'Noto Serif CJK SC',serif} h1{font-size:22pt;text-align:center}"
    whole = HTML(string=f'<html lang="zh-CN"><body>{pages}</body></html>').write_pdf(stylesheets=[CSS(string=style)])
    found = {}
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        for name, page in zip(names, pdf.pages, strict=False):
            single, out = pikepdf.new(), io.BytesIO()
            single.pages.append(page)
            single.save(out)
            found[name] = out.getvalue()
    return found


GENERAL = "整改情况报告"


def upload(found, name):
    return SimpleUploadedFile(f"{name.replace('/', '、')}.pdf", found.get(name, found[GENERAL]))
