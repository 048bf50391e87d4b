"""Addresses under `sessions/`, grouped by noun. A route before `<uuid:uid>/` must not look like one."""

app_name = "reviews"
urlpatterns = [
    # plan and session
    # canvass
    # report
    # question
]
