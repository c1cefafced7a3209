"""How allauth meets Trappan's people."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Everything it sends goes through the outbox."""
