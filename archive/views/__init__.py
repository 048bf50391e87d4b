from archive.views.official import official, official_reason

__all__ = ["official", "official_reason"]
