"""Addresses under `scoring/`, grouped by noun. A uid is the session's unless it says otherwise."""

from django.urls import path

from scoring.views import (
    ballot,
    clearing,
    count,
    ending,
    handout,
    occasion,
    outside,
    paper,
    rehearsal,
    result,
    results,
    scheme,
    scrutineer,
    setup,
    steps,
    table,
    wall,
)

app_name = "scoring"
urlpatterns = [
    # scheme
    path("schemes/", scheme.scheme_list, name="scheme_list"),
    path("schemes/sample", scheme.scheme_sample, name="scheme_sample"),
    path("schemes/new", scheme.scheme_new, name="scheme_new"),
    path("schemes/<uuid:uid>/edit", scheme.scheme_edit, name="scheme_edit"),
    path("schemes/<uuid:uid>/try", scheme.scheme_try, name="scheme_try"),
    path("schemes/<uuid:uid>/version", scheme.scheme_version, name="scheme_version"),
    path("schemes/<uuid:uid>/compare", scheme.scheme_compare, name="scheme_compare"),
    path("schemes/<uuid:uid>", scheme.scheme, name="scheme"),
    path("schemes/<uuid:uid>/submit", scheme.scheme_submit, name="scheme_submit"),
    path("schemes/<uuid:uid>/return", scheme.scheme_return, name="scheme_return"),
    path("schemes/<uuid:uid>/lock", scheme.scheme_lock, name="scheme_lock"),
    # ballot
    path("<uuid:uid>/ballot", ballot.ballot, name="ballot"),
    path("<uuid:uid>/ballot/pulse", ballot.ballot_pulse, name="ballot_pulse"),
    path("<uuid:uid>/ballot/prepare", setup.ballot_prepare, name="ballot_prepare"),
    path("<uuid:uid>/ballot/ask/<str:step>", steps.ballot_ask, name="ballot_ask"),
    path("<uuid:uid>/ballot/confirm/<int:pk>", steps.ballot_confirm, name="ballot_confirm"),
    path("<uuid:uid>/ballot/withdraw/<int:pk>", steps.ballot_withdraw, name="ballot_withdraw"),
    path("<uuid:uid>/ballot/keep", steps.ballot_keep, name="ballot_keep"),
    path("<uuid:uid>/ballot/close", steps.ballot_close, name="ballot_close"),
    path("<uuid:uid>/ballot/keys", scrutineer.ballot_keys, name="ballot_keys"),
    path("<uuid:uid>/ballot/cards", scrutineer.ballot_cards, name="ballot_cards"),
    path("<uuid:uid>/ballot/numbers", table.ballot_numbers, name="ballot_numbers"),
    path("<uuid:uid>/ballot/opening", scrutineer.ballot_opening, name="ballot_opening"),
    path("<uuid:uid>/ballot/count", scrutineer.ballot_count, name="ballot_count"),
    path("<uuid:uid>/ballot/urn.json", scrutineer.urn, name="urn"),
    path("<uuid:uid>/ballot/named/<str:letter>", table.ballot_named, name="ballot_named"),
    path("<uuid:uid>/ballot/named/<str:letter>/remove", table.ballot_named_remove, name="ballot_named_remove"),
    path("<uuid:uid>/ballot/table", clearing.ballot_table, name="ballot_table"),
    path("<uuid:uid>/ballot/table/left", clearing.ballot_left, name="ballot_left"),
    path("<uuid:uid>/ballot/end", ending.ballot_end, name="ballot_end"),
    path("<uuid:uid>/wipe", rehearsal.rehearsal_wipe, name="rehearsal_wipe"),
    path("<uuid:uid>/objection", ending.objection, name="objection"),
    path("<uuid:uid>/received", wall.received, name="received"),
    path("<uuid:uid>/announced", wall.announced, name="announced"),
    # what comes into the scores from outside the box
    path("<uuid:uid>/occasions", occasion.occasion_list, name="occasion_list"),
    path("<uuid:uid>/occasions/block", outside.outside_block, name="outside_block"),
    path("<uuid:uid>/occasions/add", occasion.occasion_add, name="occasion_add"),
    path("<uuid:uid>/occasions/try", occasion.occasion_try, name="occasion_try"),
    path("<uuid:uid>/occasions/figures/<str:code>", occasion.occasion_figures, name="occasion_figures"),
    path("<uuid:uid>/occasions/confirm", occasion.occasion_confirm, name="occasion_confirm"),
    path("<uuid:uid>/occasions/<uuid:occasion>/refuse", occasion.occasion_refuse, name="occasion_refuse"),
    path("<uuid:uid>/occasions/<uuid:occasion>/withdraw", occasion.occasion_withdraw, name="occasion_withdraw"),
    path("<uuid:uid>/results/outside.json", count.outside, name="outside"),
    # papers of the hall
    path("<uuid:uid>/handouts/<str:kind>.pdf", handout.handout, name="handout"),
    path("<uuid:uid>/handouts/paper-ballot/<str:letter>.pdf", handout.paper_ballot, name="paper_ballot"),
    path("<uuid:uid>/rounds/<int:number>/void-record.pdf", handout.void_record, name="void_record"),
    # result
    path("<uuid:uid>/results", results.results, name="results"),
    path("<uuid:uid>/results/sign/<str:part>", count.results_sign, name="results_sign"),
    path("<uuid:uid>/results/confirm", count.results_confirm, name="results_confirm"),
    path("<uuid:uid>/results/recount", count.results_recount, name="results_recount"),
    path("<uuid:uid>/results/recount.xlsx", count.results_recount_export, name="results_recount_export"),
    path("<uuid:uid>/results/decide", count.results_decide, name="results_decide"),
    path("subjects/<uuid:uid>/result", result.result, name="result"),  # the subject's uid
    path("subjects/<uuid:uid>/exact.pdf", result.result_exact, name="result_exact"),
    # paper
    path("<uuid:uid>/papers/<str:kind>", paper.paper_make, name="paper_make"),
    path("papers/<uuid:uid>", paper.paper, name="paper"),  # the job's uid
    path("papers/<uuid:uid>/workbook", paper.paper_workbook, name="paper_workbook"),
    path("papers/<uuid:uid>/job", paper.paper_job, name="paper_job"),
]
