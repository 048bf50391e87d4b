"""The form above a list."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FilterForm(forms.Form):
    """What a list is narrowed down by; nothing typed is ever wrong."""

    q = forms.CharField(label=_("查找"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"}))

    @property
    def is_filtering(self):
        return self.is_bound and any(self.data.get(name) for name in self.fields)

    def value(self, name):
        """The cleaned value, or "" where the address held something that is no choice."""
        self.is_valid()
        return self.cleaned_data.get(name, "")
