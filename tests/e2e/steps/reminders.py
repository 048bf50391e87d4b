"""Step 10: reminders are rows, swept by the clock, and arrive in inbox and mail once."""

from django.core import mail
from playwright.sync_api import expect

from notices.models import Notice


def arrive(stage, user, subject):
    """In the inbox, once; the link leads to where the thing is done."""
    page = stage.person(user)
    page.goto("/inbox/")
    notice = page.get_by_role("main").get_by_role("link", name=subject)
    expect(notice).to_have_count(1)
    notice.click()
    page.wait_for_load_state()
    assert "/inbox/" not in page.url


def were_mailed(user, subject):
    """The same by mail, once, with the link."""
    letters = [letter for letter in mail.outbox if letter.to == [user.email] and letter.subject.startswith(subject)]
    assert len(letters) == 1, [(letter.to, letter.subject) for letter in mail.outbox]
    assert "http" in letters[0].body


def are_over(matter):
    """After the close-out nothing waits to be sent about it."""
    assert Notice.objects.filter(matter__startswith=matter).exists()
    assert not Notice.objects.filter(matter__startswith=matter, state=Notice.State.WAITING).exists()
