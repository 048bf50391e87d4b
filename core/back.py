"""Where a button of one page leads that stands on another as well."""

from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def back_or(request, otherwise):
    """To the page of ours that the pressed button names as its own, else to `otherwise` (an object, a name or an address)."""
    page = request.POST.get("next", "")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return redirect(page if is_ours else otherwise)
