"""Step 1: the first administrators by command, an account by the one, its roles by the other."""

import getpass

from django.core.management import call_command
from playwright.sync_api import expect

from officials.models import User

TYPED, PASSWORD = "青山绿水-2026-门口", "七把椅子-两盏灯-2026"


def appoint_administrators(monkeypatch):
    """What is typed on the server before anybody can sign in."""
    monkeypatch.setattr(getpass, "getpass", lambda prompt: TYPED)
    for role, name in (("sysadmin", "系统员"), ("secadmin", "安全员"), ("auditadmin", "审计员")):
        call_command("create_administrator", role, role, name, verbosity=0)
    return [User.objects.get(username=name) for name in ("sysadmin", "secadmin", "auditadmin")]


def open_account(stage, sysadmin, secadmin, *, username, name, office, email, role):
    """One makes the account, the other says what it may do and hands out its first password; neither can do both."""
    page = sign_in_first(stage, sysadmin, given=TYPED, own=PASSWORD)
    page.get_by_role("link", name="账号", exact=True).click()
    page.get_by_role("link", name="建立账号", exact=True).click()
    page.get_by_label("账号", exact=False).first.fill(username)
    page.get_by_label("姓名").fill(name)
    page.get_by_label("科室、职务").fill(office)
    page.get_by_label("邮箱").fill("不是邮箱")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="建立账号").click()
    expect(page.get_by_label("姓名")).to_have_value(name)  # what else was typed stays
    page.get_by_label("邮箱").fill(email)
    page.get_by_role("button", name="建立账号").click()
    expect(page.get_by_role("row", name=name)).to_contain_text("未授权")

    page = sign_in_first(stage, secadmin, given=TYPED, own=PASSWORD)
    page.get_by_role("link", name="账号", exact=True).click()
    page.get_by_role("row", name=name).get_by_role("link", name="办理").click()
    page.get_by_label(role, exact=True).check()
    page.get_by_role("button", name="保存身份").click()
    expect(page.get_by_role("status")).to_contain_text("已更新")
    page.get_by_role("button", name="发放初始密码").click()
    page.get_by_role("dialog").get_by_role("button", name="发放初始密码").click()
    given = page.locator("#first-password").inner_text()
    page.get_by_role("link", name="已经抄下").click()
    page.get_by_role("link", name="账号", exact=True).first.click()
    expect(page.get_by_role("row", name=name)).to_contain_text(role)
    expect(page.get_by_role("row", name=name)).to_contain_text("初始密码未改")
    return User.objects.get(username=username), given


def sign_in_first(stage, user, *, given, own):
    """The first thing somebody does with a password that another person knows is to change it."""
    page = stage.passer_by(user.username)
    page.goto("/")
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码", exact=True).fill(given)
    page.get_by_role("button", name="登录").click()
    page.goto("/accounts/me")  # nothing else opens
    for new in ("短", own):
        expect(page.get_by_role("heading", name="先换掉初始密码")).to_be_visible()
        page.get_by_label("新密码", exact=False).first.fill(new)
        page.get_by_label("再输一遍新密码").fill(new)
        page.get_by_role("button", name="更换密码").click()
    expect(page.get_by_role("heading", name=user.name)).to_be_visible()
    return page


def refuse_wrong_password(stage, user):
    page = stage.passer_by("somebody")
    page.goto("/sessions/")
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码", exact=True).fill("wrong-horse-battery")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    expect(page.get_by_label("账号")).to_have_value(user.username)
    stage.dismiss("somebody")
