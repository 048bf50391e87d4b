from desk.views.audit import audit_trail
from desk.views.desk import desk
from desk.views.inbox import inbox, notice
from desk.views.search import search

__all__ = ["audit_trail", "desk", "inbox", "notice", "search"]
