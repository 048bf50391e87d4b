from django.urls import path

from live.views import comment, follow, hall, health, invitation, minutes, paper, projector, roster, run_sheet
from live.views.console import note, page, press

app_name = "live"
urlpatterns = [
    path("<uuid:uid>/console", page.console, name="console"),
    path("<uuid:uid>/console/start", press.console_start, name="console_start"),
    path("<uuid:uid>/console/step/<str:step>", press.console_step, name="console_step"),
    path("<uuid:uid>/console/ask/<uuid:question>", press.console_ask, name="console_ask"),
    path("<uuid:uid>/console/floor", note.console_floor, name="console_floor"),
    path("<uuid:uid>/console/absence", note.console_absence, name="console_absence"),
    path("<uuid:uid>/console/answer/<uuid:question>", note.console_answer, name="console_answer"),
    path("<uuid:uid>/console/commitment/<uuid:subject>", note.console_commitment, name="console_commitment"),
    path("<uuid:uid>/console/comment/<uuid:subject>", note.console_comment, name="console_comment"),
    path("f/<slug:token>", follow.follow, name="follow"),
    path("f/<slug:token>/picture", follow.follow_picture, name="follow_picture"),
    path("<uuid:uid>/follow", follow.follow_sheet, name="follow_sheet"),
    path("<uuid:uid>/health", health.health, name="health"),
    path("<uuid:uid>/mark", hall.mark, name="mark"),
    path("<uuid:uid>/run-sheet", run_sheet.run_sheet, name="run_sheet"),
    path("<uuid:uid>/run-sheet/minutes", run_sheet.run_sheet_minutes, name="run_sheet_minutes"),
    path("<uuid:uid>/run-sheet/<slug:step>", run_sheet.run_sheet_step, name="run_sheet_step"),
    path("<uuid:uid>/minutes", minutes.minutes, name="minutes"),
    path("<uuid:uid>/minutes/submit", minutes.minutes_submit, name="minutes_submit"),
    path("<uuid:uid>/minutes/return", minutes.minutes_return, name="minutes_return"),
    path("<uuid:uid>/minutes/confirm", minutes.minutes_confirm, name="minutes_confirm"),
    path("<uuid:uid>/minutes/minutes.pdf", minutes.minutes_paper, name="minutes_paper"),
    path("<uuid:uid>/minutes/sections/<slug:key>", minutes.minutes_section, name="minutes_section"),
    path("<uuid:uid>/minutes/sections/<slug:key>/take-up", minutes.minutes_take_up, name="minutes_take_up"),
    path("<uuid:uid>/papers/<str:kind>", paper.hall_paper, name="hall_paper"),
    path("<uuid:uid>/roster", roster.roster, name="roster"),
    path("<uuid:uid>/roster.xlsx", roster.roster_export, name="roster_export"),
    path("<uuid:uid>/roster/here", roster.roster_here, name="roster_here"),
    path("<uuid:uid>/roster/invitations", invitation.invitations, name="invitations"),
    path("<uuid:uid>/roster/in/<str:code>", invitation.check_in, name="check_in"),
    path("<uuid:uid>/roster/<str:code>/tick", roster.roster_tick, name="roster_tick"),
    path("<uuid:uid>/roster/<str:code>/count", roster.roster_count, name="roster_count"),
    path("<uuid:uid>/projector", projector.projector, name="projector"),
    path("<uuid:uid>/projector/picture", projector.projector_picture, name="projector_picture"),
    path("<uuid:uid>/comments", comment.comments, name="comments"),
    path("comments/<uuid:uid>", comment.comment, name="comment"),
]
