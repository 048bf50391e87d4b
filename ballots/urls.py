"""Addresses of the booth process. The main site does not include them.

Pages are static shells; everything secret stands behind the `#` of a card's address and is never sent. All answers under `/v1/`
are canonical JSON with a member `v`; refusals are `{"v":1}` and speak through the status alone.

    GET  /v1/open              {"boxes":[{"mode","sid","state"}…],"v":1}: every box between SEALED_SETUP and PUBLISHED, by sid
    GET  /v1/<sid>/manifest    the bytes every card commits to; from SEALED_SETUP on, else 404
    GET  /v1/<sid>/credentials likewise
    GET  /v1/<sid>/turnout     {"n":25,"v":1}: in steps of five until CLOSED, fresh every 20 s; from OPEN to PUBLISHED, else 404
    GET  /v1/<sid>/received    {"received":[{"c","h","z"}…],"received_root","v":1}; from CLOSED to PUBLISHED, else 404
    GET  /v1/<sid>/transcript  the copy for the room (`actions.publish`); while PUBLISHED, else 404
    POST /v1/<sid>/cast        B4: 413 415 422 403 410 200 409 503
    POST /v1/<sid>/void        B6: 413 415 422 403 410 200 409 503

A POST needs `Content-Type: application/json`, `X-ARS: 1` (else 415) and the booth's own `Origin` (else 403).
"""

from django.urls import path, re_path

from ballots import api, views

SID = r"^v1/(?P<sid>[0-9a-f]{16})/"

urlpatterns = [
    path("", views.index, name="index"),
    path("b", views.booth, name="booth"),
    path("check", views.check, name="check"),
    path("papers", views.papers, name="papers"),
    path("void", views.void, name="void"),
    path("sealed", views.sealed, name="sealed"),
    path("about", views.who_sees_what, name="who_sees_what"),
    path("end", views.end, name="end"),
    path("v1/open", api.boxes, name="boxes"),
    re_path(SID + "manifest$", api.manifest, name="manifest"),
    re_path(SID + "credentials$", api.credentials, name="credentials"),
    re_path(SID + "turnout$", api.turnout, name="turnout"),
    re_path(SID + "received$", api.received, name="received"),
    re_path(SID + "transcript$", api.transcript, name="transcript"),
    re_path(SID + "cast$", api.cast, name="cast"),
    re_path(SID + "void$", api.void_card, name="void_card"),
]
handler400 = handler403 = handler404 = "ballots.views.not_found"
handler500 = "ballots.views.failed"
