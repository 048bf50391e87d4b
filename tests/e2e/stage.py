"""The people of a test, each in a browser context of their own, and everything that goes wrong behind their screens."""

import re
from contextlib import contextmanager

from django.conf import settings
from django.test import Client

from tests import factories

DESKTOP, PROJECTOR = (1440, 900), (1920, 1080)
TABLET, UPRIGHT, PHONE = (1024, 768), (768, 1024), (390, 844)
LOADED_ITSELF = ("data:", "blob:", "about:")


class Stage:
    """`stage.person(user)` signs somebody in through the form and gives the page; `stage.passer_by()` is nobody."""

    def __init__(self, browser, site, booth, *, patience):
        self.browser, self.site, self.booth, self.patience = browser, site, booth, patience
        self.pages, self.faults, self.expected = {}, [], []

    # --- people ---

    def passer_by(self, name, *, size=DESKTOP, at=None, touch=False):
        """A browser nobody has used before."""
        context = self.browser.new_context(
            base_url=at or self.site,
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=touch,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(self.patience)
        page = context.new_page()
        self.watch(page, name)
        self.pages[name] = page
        return page

    def person(self, user, *, size=DESKTOP, password=factories.PASSWORD):
        """The page of somebody with an account, signed in; the second time the same page again."""
        if user.username not in self.pages:
            page = self.passer_by(user.username, size=size)
            page.goto("/accounts/login")
            page.get_by_label("账号").fill(user.username)
            page.get_by_label("密码", exact=True).fill(password)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(f"{self.site}/")
        return self.pages[user.username]

    def enter(self, user, *, size=DESKTOP):
        """Somebody already signed in: the form is the walk's business."""
        page = self.passer_by(user.username, size=size)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.site}])
        return page

    def follow_notice(self, user, subject):
        """From the inbox to where the thing is done, as people come there."""
        page = self.person(user)
        page.get_by_role("banner").get_by_role("link", name="收件箱").click()
        page.get_by_role("main").get_by_role("link", name=re.compile(f"^{subject}")).first.click()
        return page

    def window(self, user, name, *, size=DESKTOP):
        """A second window of somebody who is signed in."""
        page = self.pages[user.username].context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        self.watch(page, name)
        self.pages[name] = page
        return page

    def fetch(self, page, link):
        """What a link gives to whoever is signed in on the page."""
        answer = page.request.get(link.get_attribute("href"))
        assert answer.ok, answer.status
        return answer.body()

    def dismiss(self, name):
        """Close somebody's window; of those without an account nothing stays."""
        self.pages.pop(name).close()

    # --- what goes wrong behind the screen ---

    def watch(self, page, name):
        """Note script errors, refusals of the content security policy, breakdowns, and requests that leave the installation."""
        page.on("pageerror", lambda error: self.note(f"{name}: {page.url}: {error}"))
        page.on("console", lambda said: said.type == "error" and self.note(f"{name}: {page.url}: {said.text}"))
        page.on("request", lambda request: self.check_origin(name, request.url))
        page.on("response", lambda got: got.status >= 500 and self.note(f"{name}: {got.url}: status {got.status}"))

    def check_origin(self, name, url):
        if not url.startswith((self.site, self.booth, *LOADED_ITSELF)):
            self.note(f"{name}: a request left for {url}")

    def note(self, fault):
        if not any(re.search(pattern, fault) for pattern in self.expected):
            self.faults.append(fault)

    @contextmanager
    def expecting(self, pattern):
        """What a browser reports as an error while a refusal is tried on purpose."""
        self.expected.append(pattern)
        yield
        self.expected.remove(pattern)

    # --- the end ---

    def take_pictures(self, folder, test):
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in self.pages.items():
            page.screenshot(path=folder / f"{test}-{name}.png", full_page=True)

    def leave(self):
        for context in {page.context for page in self.pages.values()}:
            context.close()
