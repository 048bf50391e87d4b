from archive.views.official import official

__all__ = ["official"]
