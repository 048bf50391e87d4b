"""People who hear, ask, comment and score. They need no account; who scored what, no computer knows."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from officials.models.official import Official


class RaterQuerySet(models.QuerySet):
    def in_office(self):
        """Who may be asked into a hall: those who left stay in the register only for what they did."""
        return self.filter(status=Official.Status.IN_OFFICE)

    def search(self, text):
        """People whose name contains `text`, or whose code it is."""
        text = text.strip()
        return self.filter(models.Q(name__icontains=text) | models.Q(code__iexact=text)) if text else self


class Rater(models.Model):
    """A person of one of the rosters, known by the code of the register. `about` is what stands behind the name."""

    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    status = models.CharField(_("状态"), max_length=20, choices=Official.Status, default=Official.Status.IN_OFFICE)

    objects = RaterQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self):
        return self.name


class LeadingMember(Rater):
    """A leading member of the district in charge of units (分管区领导)."""

    post = models.CharField(_("职务"), max_length=100)
    portfolio = models.CharField(_("分管"), max_length=200, blank=True)

    class Meta(Rater.Meta):
        verbose_name = _("区领导")

    @property
    def about(self):
        return self.post


class CommitteeMember(Rater):
    """A member of the district discipline commission (区纪委委员)."""

    title = models.CharField(_("职务"), max_length=100)

    class Meta(Rater.Meta):
        verbose_name = _("区纪委委员")

    @property
    def about(self):
        return self.title


class Representative(Rater):
    """A representative of the public (群众代表), of one of eight kinds (DA30)."""

    class Kind(models.TextChoices):
        PARTY_DELEGATE = "PARTY_DELEGATE", _("党代表")
        DEPUTY = "DEPUTY", _("人大代表")
        CPPCC = "CPPCC", _("政协委员")
        CLIENT = "CLIENT", _("服务对象代表")
        ENTERPRISE = "ENTERPRISE", _("企业代表")
        VILLAGE = "VILLAGE", _("村（社区）干部代表")
        GRASSROOTS = "GRASSROOTS", _("基层党员群众代表")
        SUPERVISOR = "SUPERVISOR", _("特约监察员")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)

    class Meta(Rater.Meta):
        verbose_name = _("群众代表")

    @property
    def about(self):
        return self.get_kind_display()
