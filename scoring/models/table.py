"""What is written down at the scrutineers' table: numbers only, never who, when or what stood on a paper."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TableMinutes(models.Model):
    """Paper ballots of a round, counted over the whole session: by group or by official a number could speak of one rater."""

    round = models.OneToOneField("scoring.BallotRound", models.CASCADE, related_name="minutes")
    paper_ballots = models.PositiveSmallIntegerField(_("录入的纸票张数"), default=0)
    invalid_parts = models.PositiveSmallIntegerField(_("纸票上作无效记的处数"), default=0)

    class Meta:
        verbose_name = _("监票席记录")

    def __str__(self):
        return str(self.round)


class Ending(models.Model):
    """How a round ended (ballots.md B10): the chair's word after the objection window, and what was destroyed in view of the room."""

    round = models.OneToOneField("scoring.BallotRound", models.CASCADE, related_name="ending")
    objections = models.CharField(_("异议情况"), max_length=300, blank=True)
    declared_by = models.CharField(_("宣布终局的主持人"), max_length=40)
    key_cards = models.PositiveSmallIntegerField(_("粉碎的钥匙卡张数"))
    missing_key_cards = models.CharField(_("缺少的钥匙卡"), max_length=300, blank=True)
    tablets = models.PositiveSmallIntegerField(_("清除数据的平板台数"))
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("终局记录")

    def __str__(self):
        return str(self.round)
