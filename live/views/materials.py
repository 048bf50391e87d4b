"""会上材料: what members have before them while the meeting goes on, under the picture that everybody follows."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.errors import require
from core.sessions import in_hall
from live import policies
from live.models import FollowPage, Hall
from live.views.follow import picture, scene_of
from reviews.models import ReviewReport
from reviews.policies import canvass
from reviews.views import frame


@in_hall
@require_GET
def materials(request, uid):
    """The officials in their order, each with the report and the lines of the digest that this person may read."""
    session = frame.session_of(request, uid)
    require(policies.can_read_along(request.user, session), policies.READ_ALONG)
    hall = Hall.objects.filter(session=session).select_related("question").first()
    through = ReviewReport.objects.visible_to(request.user).filter(subject__session=session, state__in=ReviewReport.THROUGH)
    reports = {report.subject_id: report for report in through}
    is_out = session.has_digest_out
    context = {
        **picture(session, hall, scene_of(session)),
        "page": FollowPage.objects.filter(session=session).first(),
        "officials": [{"subject": subject, "report": reports.get(subject.pk)} for subject in session.subjects.all()],
        "reads_digest": is_out and canvass.can_read_digest(request.user, session),
    }
    return render(request, "live/materials.html", context)
