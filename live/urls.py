from django.urls import path

from live.views import comment, console, hall, projector, roster

app_name = "live"
urlpatterns = [
    path("<uuid:uid>/console", console.console, name="console"),
    path("<uuid:uid>/console/start", console.console_start, name="console_start"),
    path("<uuid:uid>/console/step/<str:step>", console.console_step, name="console_step"),
    path("<uuid:uid>/console/ask/<uuid:question>", console.console_ask, name="console_ask"),
    path("<uuid:uid>/console/floor", console.console_floor, name="console_floor"),
    path("<uuid:uid>/console/answer/<uuid:question>", console.console_answer, name="console_answer"),
    path("<uuid:uid>/console/commitment/<uuid:subject>", console.console_commitment, name="console_commitment"),
    path("<uuid:uid>/console/comment/<uuid:subject>", console.console_comment, name="console_comment"),
    path("<uuid:uid>/mark", hall.mark, name="mark"),
    path("<uuid:uid>/roster", roster.roster, name="roster"),
    path("<uuid:uid>/roster/<str:code>/tick", roster.roster_tick, name="roster_tick"),
    path("<uuid:uid>/roster/<str:code>/count", roster.roster_count, name="roster_count"),
    path("<uuid:uid>/projector", projector.projector, name="projector"),
    path("<uuid:uid>/projector/picture", projector.projector_picture, name="projector_picture"),
    path("<uuid:uid>/comments", comment.comments, name="comments"),
    path("comments/<uuid:uid>", comment.comment, name="comment"),
]
