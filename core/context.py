"""What every template knows of the installation."""

from django.conf import settings

from core import kept


def installation(request):
    return {
        "district": settings.DISTRICT,
        "commission": settings.COMMISSION,
        "demo": settings.DEMO,
        "booth_origin": settings.BOOTH_ORIGIN,
    }


def came_back(request):
    """What was typed on this page before the sign-in ran out."""
    return {"came_back": kept.take_back(request)}
