"""Who gets what on every route: the table `tests/test_role_matrix.py` walks.

Columns are `tests.world.ROLES`: anonymous, tenant, other_tenant, contact, landlord, other_landlord,
police, other_police, city, operator. A cell is the status, or `in` for the sign-in page. Objects are the
world's: AB Bostäder's building in Norrby, a notice of the police there; `other_*` have nothing to do with it.
A row named `route#variant` is the same route with another object.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from notifications.links import notice_token
from tests.world import World

Words = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One route: what GET and POST answer each role, and with which objects."""

    get: tuple[str, ...]
    post: tuple[str, ...]
    kwargs: Words | None = None
    data: Words | None = None
    url: str = ""

    def address(self, name: str, world: World) -> str:
        """The address with the world's objects in it."""
        return self.url or reverse(name.split("#", maxsplit=1)[0], kwargs=self.kwargs(world) if self.kwargs else {})


def row(get: str, post: str, kwargs: Words | None = None, data: Words | None = None, url: str = "") -> Row:
    """A row from cells with spaces between; a single cell stands for all roles."""
    cells = [words.split() if " " in words else [words] * 10 for words in (get, post)]
    return Row(tuple(cells[0]), tuple(cells[1]), kwargs, data, url)


def code(world: World) -> dict[str, Any]:
    return {"code": world.code.code}


def place(world: World) -> dict[str, Any]:
    return {"pk": world.stairwell.pk}


def house(world: World) -> dict[str, Any]:
    return {"pk": world.stairwell.building_id}


def told(world: World) -> dict[str, Any]:
    return {"public_id": world.told.public_id}


def told_to_contacts(world: World) -> dict[str, Any]:
    return {"public_id": world.told_to_contacts.public_id}


def page(world: World) -> dict[str, Any]:
    return {"pk": world.extra["posting"].pk}


def draft(world: World) -> dict[str, Any]:
    return {"public_id": world.drafts["police"].public_id}


def public(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["public"].public_id}


def here(_world: World) -> dict[str, Any]:
    return {"slug": "norrby"}


def landlord_draft(world: World) -> dict[str, Any]:
    return {"public_id": world.drafts["landlord"].public_id}


def scheduled(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["scheduled"].public_id}


def awaiting(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["awaiting"].public_id}


def own_awaiting(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["own_awaiting"].public_id}


def device(world: World) -> dict[str, Any]:
    return {"pk": world.extra["device"].pk}


def subscription(world: World) -> dict[str, Any]:
    """A browser somebody else has: it moves to whoever is signed in there."""
    return {
        "endpoint": world.extra["device"].address,
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    }


def renewal(world: World) -> dict[str, Any]:
    """A new address with a wrong proof."""
    new = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/new",
        "old": world.extra["device"].address,
        "old_auth": "AAAA",
    }
    return subscription(world) | new


def upload(world: World) -> dict[str, Any]:
    return {"pk": world.upload.pk}


def colleague(world: World) -> dict[str, Any]:
    return {"pk": world.extra["colleagues"]["landlord"].pk}


def flat(world: World) -> dict[str, Any]:
    return {"kind": "flat", "pk": world.extra["proposed"].pk}


def district(world: World) -> dict[str, Any]:
    return {"object_id": world.extra["norrby"].pk}


def organisation(world: World) -> dict[str, Any]:
    return {"object_id": world.extra["company"].pk}


def template(world: World) -> dict[str, Any]:
    return {"pk": world.extra["template"].pk}


def everyones(world: World) -> dict[str, Any]:
    return {"pk": world.extra["everyones"].pk}


def reviewed(world: World) -> dict[str, Any]:
    return {"object_id": world.extra["everyones"].texts.get(language="ar").pk}


def number(world: World) -> dict[str, Any]:
    return {"object_id": world.extra["number"].pk}


# fmt: off
MATRIX: dict[str, Row] = {
    "present:front": row("200", "405"),
    "present:home": row("302", "405"),
    "present:about": row("200", "405"),
    "present:language": row("405", "302"),
    "present:manifest": row("200", "405"),
    "present:healthz": row("200", "405"),
    "present:readyz": row("503", "405"),
    "join:enter": row("200", "405"),
    "join:stairwell": row("200", "200 200 302 200 302 302 302 302 302 302", code),
    "join:verify": row("302", "302", code),
    "join:choose": row("302 200 200 200 200 200 200 200 200 200", "302 200 200 200 200 200 200 200 200 200", code),
    "join:qr": row("200", "405", code),
    "join:leave": row("in 200 404 404 404 404 404 404 404 404", "in 302 404 404 404 404 404 404 404 404", lambda world: {"pk": world.residency.pk}),
    "join:goodbye": row("200", "405"),
    "join:staff": row("in 403 403 403 200 200 200 200 200 403", "in 403 403 403 200 200 200 200 200 403"),
    "join:staff_remove": row("in 403 403 403 200 404 404 404 404 403", "in 403 403 403 302 404 404 404 404 403", colleague),
    "notices:mine": row("in 200 200 200 200 200 200 200 200 200", "405"),
    "notices:read": row("in 200 404 200 200 404 200 404 200 404", "405", told),
    "notices:read#contacts": row("in 404 404 200 404 404 200 404 404 404", "405", told_to_contacts),
    "notices:board": row("in 200 404 200 200 404 200 404 200 404", "405", told),
    "notices:board#contacts": row("in 404 404 404 404 404 404 404 404 404", "405", told_to_contacts),
    "notices:boards": row("in 403 403 403 200 200 403 403 403 403", "405"),
    "notices:tick": row("405", "in 403 404 302 302 404 403 404 403 404", page),
    "notices:preferences": row("in 200 200 200 200 200 200 200 200 200", "in 200 200 200 200 200 200 200 200 200"),
    "notices:device_add": row("405", "in 201 201 201 201 201 201 201 201 201", data=subscription),
    "notices:device_add#nothing": row("405", "in 400 400 400 400 400 400 400 400 400"),
    "notices:device_save": row("405", "in 302 404 404 404 404 404 404 404 404", device),
    "notices:device_stop": row("405", "in 302 404 404 404 404 404 404 404 404", data=lambda world: {"device": world.extra["device"].pk}),
    "notices:device_renew": row("405", "404", data=renewal),
    "notices:worker": row("200", "405"),
    "notices:unsubscribe": row("200", "200", lambda world: {"token": world.extra["token"]}),
    "notices:stop": row("200", "200", lambda world: {"token": world.extra["token"]}),
    "notices:short": row("200", "405", lambda world: {"token": notice_token(world.told.pk)}),
    "notices:short#contacts": row("404", "405", lambda world: {"token": notice_token(world.told_to_contacts.pk)}),
    "notices:short#draft": row("404", "405", lambda world: {"token": notice_token(world.drafts["police"].pk)}),
    "notices:public": row("200", "405", public),
    "notices:public#not_public": row("404", "405", told),
    "notices:public#contacts": row("404", "405", told_to_contacts),
    "notices:public#draft": row("404", "405", draft),
    "notices:cap": row("200", "405", public),
    "notices:cap#not_public": row("404", "405", told),
    "notices:cap#contacts": row("404", "405", told_to_contacts),
    "notices:public_list": row("200", "405", here),
    "notices:feed": row("200", "405", here),
    "notices:cap_index": row("200", "405", here),
    "notices:sms_report": row("405", "404", lambda world: {"secret": "forged"}),
    "notices:sms_answer": row("405", "404", lambda world: {"secret": "forged"}),
    "notices:mail_events": row("405", "404", lambda world: {"provider": "postmark"}),
    "notices:outbox": row("in 403 403 403 200 200 200 200 200 403", "405"),
    "notices:compose": row("in 403 403 403 200 200 200 200 200 403", "in 403 403 403 200 200 200 200 200 403"),
    "notices:reach": row("405", "in 403 403 403 200 200 200 200 200 403"),
    "notices:templates": row("in 403 403 403 200 200 200 200 200 403", "405"),
    "notices:template_new": row("in 403 403 403 200 200 200 200 200 403", "in 403 403 403 200 200 200 200 200 403"),
    "notices:template_edit": row("in 404 404 404 200 404 404 404 404 404", "in 404 404 404 200 404 404 404 404 404", template),
    "notices:template_edit#everyones": row("in 404 404 404 403 403 403 403 403 404", "in 404 404 404 403 403 403 403 403 404", everyones),
    "notices:template_delete": row("in 404 404 404 200 404 404 404 404 404", "in 404 404 404 302 404 404 404 404 404", template),
    "notices:template_delete#everyones": row("in 404 404 404 403 403 403 403 403 404", "in 404 404 404 403 403 403 403 403 404", everyones),
    "notices:edit": row("in 403 403 403 404 404 200 404 404 403", "in 403 403 403 404 404 200 404 404 403", draft),
    "notices:edit#landlord": row("in 403 403 403 200 404 404 404 404 403", "in 403 403 403 200 404 404 404 404 403", landlord_draft),
    "notices:edit#told": row("in 403 403 403 403 404 302 404 403 403", "in 403 403 403 403 404 302 404 403 403", told),
    "notices:confirm": row("in 403 403 403 404 404 200 404 404 403", "in 403 403 403 404 404 409 404 404 403", draft),
    "notices:confirm#landlord": row("in 403 403 403 200 404 404 404 404 403", "in 403 403 403 409 404 404 404 404 403", landlord_draft),
    "notices:take_back": row("405", "in 403 403 403 404 404 302 404 404 403", scheduled),
    "notices:reopen": row("405", "in 403 403 403 404 404 302 404 404 403", scheduled),
    "notices:reopen#told": row("405", "in 403 403 403 403 404 302 404 403 403", told),
    "notices:correct": row("405", "in 403 403 403 403 404 302 404 403 403", told),
    "notices:correct#contacts": row("405", "in 403 403 403 404 404 302 404 404 403", told_to_contacts),
    "notices:call_off": row("in 403 403 403 403 404 200 404 403 403", "in 403 403 403 403 404 302 404 403 403", told),
    "notices:call_off#draft": row("in 403 403 403 404 404 302 404 404 403", "in 403 403 403 404 404 302 404 404 403", draft),
    "notices:call_off#contacts": row("in 403 403 403 404 404 200 404 404 403", "in 403 403 403 404 404 302 404 404 403", told_to_contacts),
    "notices:try_out": row("405", "in 403 403 403 404 404 302 404 404 403", draft),
    "notices:try_out#landlord": row("405", "in 403 403 403 302 404 404 404 404 403", landlord_draft),
    "notices:approve": row("in 403 403 403 404 404 200 404 404 403", "in 403 403 403 404 404 200 404 404 403", awaiting),
    "notices:approve#own": row("in 403 403 403 302 404 404 404 404 403", "in 403 403 403 302 404 404 404 404 403", own_awaiting),
    "notices:progress#awaiting": row("in 403 403 403 404 404 200 404 404 403", "405", awaiting),
    "notices:progress": row("in 403 403 403 403 404 200 404 403 403", "405", told),
    "notices:progress#contacts": row("in 403 403 403 404 404 200 404 404 403", "405", told_to_contacts),
    "notices:progress#public": row("in 403 403 403 403 404 200 404 403 403", "405", public),
    "notices:outcome_file": row("in 403 403 403 403 404 200 404 403 403", "405", told),
    "notices:outcome_file#contacts": row("in 403 403 403 404 404 200 404 404 403", "405", told_to_contacts),
    "notices:outcome_file#draft": row("in 403 403 403 404 404 404 404 404 403", "405", draft),
    "notices:delete": row("in 403 403 403 404 404 200 404 404 403", "in 403 403 403 404 404 302 404 404 403", draft),
    "notices:delete#landlord": row("in 403 403 403 200 404 404 404 404 403", "in 403 403 403 302 404 404 404 404 403", landlord_draft),
    "buildings:list": row("in 403 403 403 200 200 200 200 200 403", "405"),
    "buildings:building": row("in 403 404 403 200 404 200 404 200 404", "405", house),
    "buildings:stairwell": row("in 403 404 403 200 404 200 404 200 404", "405", place),
    "buildings:poster": row("in 403 404 403 200 404 403 404 403 404", "405", place),
    "buildings:rotate": row("405", "in 403 404 403 302 404 403 404 403 404", place),
    "buildings:register": row("in 403 403 403 200 200 403 403 403 403", "in 403 403 403 200 200 403 403 403 403"),
    "buildings:export": row("in 403 403 403 200 200 403 403 403 403", "405"),
    "buildings:proposals": row("in 403 403 403 200 200 403 403 403 403", "405"),
    "buildings:keep": row("405", "in 403 403 403 302 404 403 403 403 403", flat),
    "buildings:plan": row("in 404 404 404 200 404 404 404 404 404", "405", upload),
    "buildings:apply": row("405", "in 404 404 404 302 404 404 404 404 404", upload),
    "buildings:discard": row("405", "in 404 404 404 302 404 404 404 404 404", upload),
    "account_login": row("in", "405"),
    "account_request_login_code": row("200 302 302 302 302 302 302 302 302 302", "200 302 302 302 302 302 302 302 302 302"),
    "account_confirm_login_code": row("in 302 302 302 302 302 302 302 302 302", "in 302 302 302 302 302 302 302 302 302"),
    "account_logout": row("302 200 200 200 200 200 200 200 200 200", "302"),
    "account_inactive": row("200", "405"),
    "account_reauthenticate": row("in 403 403 403 302 302 302 302 302 302", "in 403 403 403 302 302 302 302 302 302"),
    "mfa_index": row("in 200 200 200 200 200 200 200 200 200", "in 405 405 405 405 405 405 405 405 405"),
    "mfa_authenticate": row("302", "302"),
    "mfa_reauthenticate": row("in 403 403 403 200 200 200 200 200 200", "in 403 403 403 200 200 200 200 200 200"),
    "mfa_activate_totp": row("in 200 200 200 302 302 302 302 302 302", "in 200 200 200 302 302 302 302 302 302"),
    "mfa_deactivate_totp": row("in 404 404 404 302 302 302 302 302 302", "in 404 404 404 302 302 302 302 302 302"),
    "mfa_view_recovery_codes": row("in 404 404 404 404 404 404 404 404 404", "in 405 405 405 405 405 405 405 405 405"),
    "mfa_generate_recovery_codes": row("302 200 200 200 302 302 302 302 302 302", "302 200 200 200 302 302 302 302 302 302"),
    "mfa_download_recovery_codes": row("in 404 404 404 404 404 404 404 404 404", "in 404 404 404 404 404 404 404 404 404"),
    "mfa_list_webauthn": row("in 200 200 200 200 200 200 200 200 200", "in 405 405 405 405 405 405 405 405 405"),
    "mfa_add_webauthn": row("in 200 200 200 302 302 302 302 302 302", "in 200 200 200 302 302 302 302 302 302"),
    "mfa_reauthenticate_webauthn": row("in 403 403 403 302 302 302 302 302 302", "in 403 403 403 302 302 302 302 302 302"),
    "mfa_remove_webauthn": row("302 404 404 404 302 302 302 302 302 302", "302 404 404 404 302 302 302 302 302 302", lambda world: {"pk": 1}),
    "mfa_edit_webauthn": row("302 404 404 404 302 302 302 302 302 302", "302 404 404 404 302 302 302 302 302 302", lambda world: {"pk": 1}),
    "mfa_login_webauthn": row("302", "302"),
    "operator:index": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:jsi18n": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 405"),
    "operator:buildings_district_changelist": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:buildings_district_add": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:buildings_district_history": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", district),
    "operator:buildings_district_delete": row("in 404 404 404 404 404 404 404 404 403", "in 404 404 404 404 404 404 404 404 403", district),
    "operator:buildings_district_change": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", district),
    "operator:<path:object_id>/": row("in 404 404 404 404 404 404 404 404 302", "in 404 404 404 404 404 404 404 404 302", url="/operator/buildings/district/999/"),
    "operator:buildings_organisation_changelist": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:buildings_organisation_add": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:buildings_organisation_history": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", organisation),
    "operator:buildings_organisation_delete": row("in 404 404 404 404 404 404 404 404 403", "in 404 404 404 404 404 404 404 404 403", organisation),
    "operator:buildings_organisation_change": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", organisation),
    "operator:buildings_publishednumber_changelist": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:buildings_publishednumber_add": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:buildings_publishednumber_history": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", number),
    "operator:buildings_publishednumber_delete": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", number),
    "operator:buildings_publishednumber_change": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", number),
    "operator:notifications_noticetemplatetext_changelist": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200"),
    "operator:notifications_noticetemplatetext_add": row("in 404 404 404 404 404 404 404 404 403", "in 404 404 404 404 404 404 404 404 403"),
    "operator:notifications_noticetemplatetext_history": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", reviewed),
    "operator:notifications_noticetemplatetext_delete": row("in 404 404 404 404 404 404 404 404 403", "in 404 404 404 404 404 404 404 404 403", reviewed),
    "operator:notifications_noticetemplatetext_change": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", reviewed),
    "operator:app_list": row("in 404 404 404 404 404 404 404 404 200", "in 404 404 404 404 404 404 404 404 200", lambda world: {"app_label": "buildings"}),
    "operator:(?P<url>.*)$": row("in 404 404 404 404 404 404 404 404 404", "in 404 404 404 404 404 404 404 404 404", url="/operator/finns-inte/"),
    "demo:index": row("200", "405"),
    "demo:sign_in": row("405", "404", lambda world: {"role": "tenant"}),
    "demo:mailbox": row("200", "405"),
    "demo:mail": row("404", "405", lambda world: {"name": "1-1"}),
    "demo:mail_html": row("404", "405", lambda world: {"name": "1-1"}),
}
# fmt: on
