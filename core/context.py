"""What every template knows of the installation."""

from django.conf import settings


def installation(request):
    return {
        "district": settings.DISTRICT,
        "commission": settings.COMMISSION,
        "demo": settings.DEMO,
        "booth_origin": settings.BOOTH_ORIGIN,
    }
