"""Addresses under `rectification/`."""

from django.urls import path

from rectification.views import finding, item, ledger, letter, session, tip_off, unit

app_name = "rectification"
urlpatterns = [
    # the session's tabs
    path("sessions/<uuid:uid>/items", session.session_items, name="session_items"),
    path("sessions/<uuid:uid>/papers", session.session_papers, name="session_papers"),
    path("sessions/<uuid:uid>/findings/propose", session.findings_propose, name="findings_propose"),
    path("sessions/<uuid:uid>/findings/new", finding.finding_new, name="finding_new"),
    path("sessions/<uuid:uid>/letters/draft", session.letters_draft, name="letters_draft"),
    path("sessions/<uuid:uid>/close", session.session_close, name="session_close"),
    path("sessions/<uuid:uid>/archive", session.session_archive, name="session_archive"),
    path("sessions/opinions/<uuid:uid>/divert", tip_off.opinion_divert, name="opinion_divert"),
    path("findings/<uuid:uid>", finding.finding, name="finding"),
    path("findings/<uuid:uid>/confirm", finding.finding_confirm, name="finding_confirm"),
    path("findings/<uuid:uid>/dismiss", finding.finding_dismiss, name="finding_dismiss"),
    path("findings/<uuid:uid>/reconsider", finding.finding_reconsider, name="finding_reconsider"),
    # letters
    path("letters/<uuid:uid>/serve", letter.letter_serve, name="letter_serve"),
    path("letters/<uuid:uid>/void", letter.letter_void, name="letter_void"),
    # ledger
    path("", ledger.item_list, name="item_list"),
    path("export", ledger.item_export, name="item_export"),
    path("items/<uuid:uid>", item.item, name="item"),
    path("items/<uuid:uid>/plan/approve", item.plan_approve, name="plan_approve"),
    path("items/<uuid:uid>/plan/return", item.plan_return, name="plan_return"),
    path("items/<uuid:uid>/verification/begin", item.verification_begin, name="verification_begin"),
    path("items/<uuid:uid>/verification/release", item.verification_release, name="verification_release"),
    path("items/<uuid:uid>/verify", item.item_verify, name="item_verify"),
    path("items/<uuid:uid>/close/propose", item.close_propose, name="close_propose"),
    path("items/<uuid:uid>/close/confirm", item.close_confirm, name="close_confirm"),
    path("items/<uuid:uid>/close/decline", item.close_decline, name="close_decline"),
    # the unit's side, and files
    path("items/<uuid:uid>/own", unit.unit_item, name="unit_item"),
    path("items/<uuid:uid>/own/plan", unit.unit_plan, name="unit_plan"),
    path("evidence/<uuid:uid>/remove", unit.evidence_remove, name="evidence_remove"),
    path("evidence/<uuid:uid>/file", unit.evidence_file, name="evidence_file"),
    path("plans/<uuid:uid>/file", unit.plan_file, name="plan_file"),
]
