"""Addresses under `sessions/`, grouped by noun."""

from django.urls import path

from reviews.views import canvass, lineup, plan, question, session

app_name = "reviews"
urlpatterns = [
    # plan and session
    path("", session.session_list, name="session_list"),
    path("new", session.session_create, name="session_create"),
    path("plan", plan.plan, name="plan"),
    path("<uuid:uid>/", session.session, name="session"),
    path("<uuid:uid>/edit", session.session_edit, name="session_edit"),
    path("<uuid:uid>/subjects", lineup.session_subjects, name="session_subjects"),
    path("<uuid:uid>/subjects/add", lineup.session_subject_add, name="session_subject_add"),
    path("<uuid:uid>/subjects/<uuid:subject_uid>/remove", lineup.session_subject_remove, name="session_subject_remove"),
    path("<uuid:uid>/subjects/<uuid:subject_uid>/move", lineup.session_subject_move, name="session_subject_move"),
    path("<uuid:uid>/subjects/<uuid:subject_uid>/reason", lineup.session_subject_reason, name="session_subject_reason"),
    path("<uuid:uid>/audience", lineup.session_audience, name="session_audience"),
    path("<uuid:uid>/sign-in", session.session_sign_in, name="session_sign_in"),
    path("<uuid:uid>/submit", session.session_submit, name="session_submit"),
    path("<uuid:uid>/approve", session.session_approve, name="session_approve"),
    path("<uuid:uid>/return", session.session_return, name="session_return"),
    path("<uuid:uid>/postpone", session.session_postpone, name="session_postpone"),
    path("<uuid:uid>/cancel", session.session_cancel, name="session_cancel"),
    path("<uuid:uid>/redraft", session.session_redraft, name="session_redraft"),
    path("<uuid:uid>/ready", session.session_ready, name="session_ready"),
    path("<uuid:uid>/preparation/<str:kind>", session.session_mark, name="session_mark"),
    # canvass
    path("o/<str:token>", canvass.opinion_form, name="opinion_form"),
    path("tip-offs/", canvass.tip_off_list, name="tip_off_list"),
    path("tip-offs/<uuid:uid>", canvass.tip_off, name="tip_off"),
    path("<uuid:uid>/canvass", canvass.canvass, name="canvass"),
    path("<uuid:uid>/canvass/open", canvass.canvass_open, name="canvass_open"),
    path("<uuid:uid>/canvass/paper", canvass.canvass_paper, name="canvass_paper"),
    path("<uuid:uid>/canvass/poster", canvass.canvass_poster, name="canvass_poster"),
    path("<uuid:uid>/canvass/form.pdf", canvass.canvass_form, name="canvass_form"),
    path("<uuid:uid>/opinions/", canvass.opinion_list, name="opinion_list"),
    path("<uuid:uid>/opinions/new", canvass.opinion_new, name="opinion_new"),
    path("opinions/<uuid:uid>", canvass.opinion, name="opinion"),
    path("opinions/<uuid:uid>/merge", canvass.opinion_merge, name="opinion_merge"),
    path("opinions/<uuid:uid>/unmerge", canvass.opinion_unmerge, name="opinion_unmerge"),
    path("opinions/<uuid:uid>/divert", canvass.opinion_divert, name="opinion_divert"),
    path("<uuid:uid>/digest", canvass.digest, name="digest"),
    path("<uuid:uid>/digest/compile", canvass.digest_compile, name="digest_compile"),
    path("<uuid:uid>/digest/submit", canvass.digest_submit, name="digest_submit"),
    path("<uuid:uid>/digest/return", canvass.digest_return, name="digest_return"),
    path("<uuid:uid>/digest/approve", canvass.digest_approve, name="digest_approve"),
    path("<uuid:uid>/digest/read", canvass.digest_read, name="digest_read"),
    path("digest-entries/<uuid:uid>", canvass.digest_entry, name="digest_entry"),
    path("digest-entries/<uuid:uid>/drop", canvass.digest_entry_drop, name="digest_entry_drop"),
    # report
    # question
    path("<uuid:uid>/questions", question.questions, name="questions"),
    path("<uuid:uid>/questions/seal", question.questions_seal, name="questions_seal"),
    path("<uuid:uid>/questions/unseal", question.questions_unseal, name="questions_unseal"),
    path("subjects/<uuid:uid>/questions", question.question_list, name="question_list"),
    path("questions/<uuid:uid>/mark", question.question_mark, name="question_mark"),
    path("questions/<uuid:uid>/withdraw", question.question_withdraw, name="question_withdraw"),
    path("questions/<uuid:uid>/<str:step>", question.question_step, name="question_step"),
]
