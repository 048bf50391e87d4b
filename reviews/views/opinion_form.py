"""The public form: the one page that anybody may open."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.errors import RuleViolation
from reviews.actions import opinion_form as actions
from reviews.forms.opinion_form import PublicForm
from reviews.models import OpinionForm

A_MINUTE = 60


@csrf_exempt
@login_not_required
def opinion_form(request, token):
    """Anybody may write, nobody is asked who.

    No cookie is read or set, so there is no session to forge and the form needs no token against forgery: another site
    could send no more than what anybody may send. Kept are the texts and the day. What remains: row numbers grow in the
    order of arrival, so somebody who watched the room and owns the database could guess; the day's opinions are therefore
    shown in random order everywhere, and the poster asks people to fill the form in at home.
    """
    form = OpinionForm.objects.select_related("session").filter(token=token).first()
    today = timezone.localdate()
    if form is None or not form.is_open(today):
        return render(request, "reviews/opinion_closed.html", {"form": form}, status=404 if form is None else 200)
    subjects = list(form.session.subjects.all())
    entry = PublicForm(request.POST or None, subjects=subjects)
    if request.method == "POST" and entry.is_valid():
        try:
            if not entry.cleaned_data["website"]:
                hold_back(form)
                chosen = next(s for s in subjects if str(s.uid) == entry.cleaned_data["subject"])
                actions.receive(form, subject=chosen, texts=entry.texts, today=today)
        except RuleViolation as refusal:
            entry.add_error(None, refusal)
        else:
            return render(request, "reviews/opinion_thanks.html", {"session": form.session, "token": token})
    return render(request, "reviews/opinion_form.html", {"session": form.session, "form": form, "entry": entry})


def hold_back(form):
    """At most sixty forms a minute for one session in each web process, whoever sends them: nobody is told apart."""
    key = f"opinion-form:{form.pk}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > A_MINUTE:
        raise RuleViolation(_("现在填写的人很多，请一分钟后再提交。您写的内容还在。"))
