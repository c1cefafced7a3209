"""Rate limits in the shared cache: fixed windows, keys that are HMACs of what they count."""

from dataclasses import dataclass

from django.core.cache import cache

from buildings.sealing import fingerprint


@dataclass(frozen=True)
class Throttle:
    """At most `limit` events in `seconds` for one key, such as an address, a person or a code."""

    name: str
    limit: int
    seconds: int

    def _key(self, who: str) -> str:
        return f"throttle:{self.name}:{fingerprint('throttle', who)[:32]}"

    def spent(self, who: str) -> bool:
        """Whether `who` has used up the limit; counts nothing."""
        return int(cache.get(self._key(who), 0)) >= self.limit

    def count(self, who: str) -> bool:
        """Count one event and answer whether it was within the limit."""
        key = self._key(who)
        if cache.add(key, 1, self.seconds):
            return self.limit >= 1
        try:
            return int(cache.incr(key)) <= self.limit
        except ValueError:
            # The window ended between the two calls.
            cache.set(key, 1, self.seconds)
            return self.limit >= 1
