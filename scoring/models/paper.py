import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle

PATIENCE = dt.timedelta(minutes=10)


class PaperJob(Lifecycle):
    """A paper that the worker makes: who asked, how far it is, and the finished file."""

    class Kind(models.TextChoices):
        COUNT_SHEET = "COUNT_SHEET", _("计票报告单")
        RESULT_TABLE = "RESULT_TABLE", _("评议结果汇总表")
        RESULT_EXCEL = "RESULT_EXCEL", _("评议结果汇总表（Excel）")
        RESULT_SHEET = "RESULT_SHEET", _("评议结果单")
        SESSION_FILE = "SESSION_FILE", _("会议档案")
        ENDING = "ENDING", _("评议票箱终结记录")

    class State(models.TextChoices):
        WAITING = "WAITING", _("等待制作")
        RUNNING = "RUNNING", _("正在制作")
        DONE = "DONE", _("已做好")
        FAILED = "FAILED", _("没有做成")

    NEXT = {
        State.WAITING: {State.RUNNING},
        State.RUNNING: {State.DONE, State.FAILED},
        State.DONE: set(),
        State.FAILED: set(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    count = models.ForeignKey("scoring.Count", models.CASCADE, related_name="papers")
    kind = models.CharField(_("文件"), max_length=20, choices=Kind)
    result = models.ForeignKey("scoring.SubjectResult", models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    version = models.CharField(max_length=80)  # what the paper depends on; another version is another paper
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=1)
    stored = models.ForeignKey("core.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    began_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["kind", "-asked_at"]
        verbose_name = _("文件制作")

    def __str__(self):
        return self.get_kind_display()

    @property
    def is_lost(self):
        """Failed, or begun by a worker that is gone: it may be asked for again. One that waits is made when its turn comes."""
        is_stuck = self.state == self.State.RUNNING and (self.began_at is None or timezone.now() - self.began_at > PATIENCE)
        return self.state == self.State.FAILED or is_stuck
