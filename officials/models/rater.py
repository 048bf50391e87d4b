"""People who hear, ask, comment and score. They need no account; who scored what, no computer knows."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadingMember(models.Model):
    """A leading member of the district in charge of units (分管区领导)."""

    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    post = models.CharField(_("职务"), max_length=100)
    portfolio = models.CharField(_("分管"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("区领导")

    def __str__(self):
        return self.name


class CommitteeMember(models.Model):
    """A member of the district discipline commission (区纪委委员)."""

    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    title = models.CharField(_("职务"), max_length=100)

    class Meta:
        ordering = ["code"]
        verbose_name = _("区纪委委员")

    def __str__(self):
        return self.name


class Representative(models.Model):
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
    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)

    class Meta:
        ordering = ["code"]
        verbose_name = _("群众代表")

    def __str__(self):
        return self.name
