"""Life cycles as a table you can read (`NEXT`) and one method that takes a step."""

from django.db import models
from django.utils.translation import gettext as _

from core.errors import RuleViolation


class Lifecycle(models.Model):
    """A row with a `state`; the class names its states in `State` and the legal steps in `NEXT`."""

    NEXT = {}

    class Meta:
        abstract = True

    def move_to(self, state, **along):
        """Take one legal step, or refuse. Compare-and-set: of two persons pressing at once, one wins.

        `along` are fields that a constraint ties to the state, written in the same statement.
        """
        thing = self._meta.verbose_name
        if state not in self.NEXT[self.State(self.state)]:
            raise RuleViolation(
                _("“%(now)s”的%(thing)s不能转为“%(then)s”")
                % {"now": self.get_state_display(), "thing": thing, "then": self.State(state).label}
            )
        if not type(self)._base_manager.filter(pk=self.pk, state=self.state).update(state=state, **along):
            raise RuleViolation(_("%(thing)s的状态刚被他人更新，请刷新后再试") % {"thing": thing})
        self.state = self.State(state)
        for name, value in along.items():
            setattr(self, name, value)
