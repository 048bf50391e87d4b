from django.db import models
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """A term (届) of the district's Party committee; within it everyone is to be heard at least once (HB07)."""

    name = models.CharField(_("名称"), max_length=50, unique=True)
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("届")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="term_ends_after_start",
                violation_error_message=_("届满日期须晚于开始日期"),
            )
        ]

    def __str__(self):
        return self.name

    @classmethod
    def of(cls, day):
        """The term in which `day` lies, or None."""
        return cls.objects.filter(starts_on__lte=day, ends_on__gte=day).first()
