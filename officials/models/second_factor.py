from django.db import models
from django.utils.translation import gettext_lazy as _

from core import vault
from officials.models.account import User
from officials.rules import second_factor as rules


class SecondFactor(models.Model):
    """What the account's authenticator app knows, locked, and the last step of which a code was used (S3)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    locked_seed = models.TextField()
    last_step = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("动态验证码")

    def __str__(self):
        return str(self.user)

    def take(self, code, *, now):
        """Whether this is a code of the app that was not used yet. Under the lock of this row, else two could use the same."""
        seed = vault.unlock(self.locked_seed)
        step = seed and rules.accepted_step(seed, code, now=now.timestamp(), after=self.last_step)
        if step is None:
            return False
        self.last_step = step
        self.save(update_fields=["last_step"])
        return True


class RecoveryCode(models.Model):
    """One way in without the app, once; kept as passwords are."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=128)
    used_at = models.DateTimeField(_("使用时间"), null=True)

    class Meta:
        verbose_name = _("恢复码")

    def __str__(self):
        return str(self.factor)
