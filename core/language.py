"""Pages speak the language of who reads them; what is kept speaks that of the installation, whoever acted."""

from django.conf import settings
from django.utils.translation import override


def chinese():
    """Around what goes on paper, into a letter or a record: that is Chinese, whoever asks for it."""
    return override("zh-hans")


def kept(words, language=settings.LANGUAGE_CODE) -> str:
    """Words to be stored: a text as it was typed, or a function that puts them together, called in this language."""
    with override(language):
        return str(words() if callable(words) else words)
