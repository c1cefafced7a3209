"""What "My stairwell" shows of a person's own questions."""

from django import template
from django.conf import settings
from django.template.context import Context

from watch.join.home import broker, questions
from watch.join.languages import spoken

register = template.Library()


@register.simple_tag(takes_context=True)
def changed_texts(context: Context) -> list[questions.Question]:
    """The consent texts that have changed since the reader agreed to them."""
    reach = context.get("reach")
    return questions.pending(reach, spoken()) if reach else []


@register.simple_tag
def broker_name() -> str:
    """What the button that signs in through a broker says; empty where none is configured."""
    return str(settings.OIDC_NAME) if broker.is_configured() else ""
