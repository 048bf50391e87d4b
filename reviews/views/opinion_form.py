"""The public form: the one page that anybody may open."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from core.errors import RuleViolation
from reviews.actions import opinion_form as actions
from reviews.forms.opinion_form import PublicForm
from reviews.models import OpinionForm


@csrf_exempt
@login_not_required
@never_cache  # and no browser gives the words back to whoever goes back to the page
def opinion_form(request, token):
    """Anybody may write, nobody is asked who.

    Nothing depends on a cookie and none is set, so there is no session to forge and the form needs no token against forgery:
    another site could send no more than what anybody may send, and the act of somebody signed in is not written down. Kept are the texts and the day. What remains: row numbers grow in the
    order of arrival, so somebody who watched the room and owns the database could guess; the day's opinions are therefore
    shown in random order everywhere, and the poster asks people to fill the form in at home.
    """
    form = OpinionForm.objects.select_related("session").filter(token=token).first()
    now = timezone.now()
    if form is None or not form.is_open(timezone.localdate(now)):
        return render(request, "reviews/opinion_closed.html", {"form": form}, status=404 if form is None else 200)
    subjects = list(form.session.subjects.all())
    entry = PublicForm(request.POST or None, subjects=subjects)
    if request.method == "POST" and entry.is_valid():
        try:
            if not entry.cleaned_data["website"]:
                chosen = next(s for s in subjects if str(s.uid) == entry.cleaned_data["subject"])
                actions.receive(form, subject=chosen, texts=entry.texts, now=now)
        except RuleViolation as refusal:
            entry.add_error(None, refusal)
        else:
            return redirect("reviews:opinion_thanks", token)
    context = {"session": form.session, "form": form, "entry": entry, "rehearsal": form.session.is_rehearsal}
    return render(request, "reviews/opinion_form.html", context)


@login_not_required
@never_cache
def opinion_thanks(request, token):
    """A page of its own, so that reloading it or going back sends nothing again. It knows nothing of what was written, nor whether."""
    form = get_object_or_404(OpinionForm, token=token)
    return render(request, "reviews/opinion_thanks.html", {"token": form.token})
