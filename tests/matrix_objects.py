"""The objects of the world that the role matrix puts into addresses and forms."""

from typing import Any

from notifications.links import notice_token
from tests.tracking import SURVEY_CODE
from tests.world import INVITED, LETTER, World
from watch.join.addresses import Address
from watch.join.doors.slips import token_of as slip_token
from watch.meet import calendar_keys
from watch.meet.companion import ANSWERS


def code(world: World) -> dict[str, Any]:
    return {"code": world.code.code}


def place(world: World) -> dict[str, Any]:
    return {"pk": world.stairwell.pk}


def residency(world: World) -> dict[str, Any]:
    return {"pk": world.residency.pk}


def letter(_world: World) -> dict[str, Any]:
    return {"code": LETTER}


def invited(_world: World) -> dict[str, Any]:
    return {"code": INVITED}


def waiting(world: World) -> dict[str, Any]:
    return {"pk": world.stairwell.pk, "resident_pk": world.extra["waiting"].pk}


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


def somebody(world: World) -> dict[str, Any]:
    return {"pk": world.stairwell.pk, "resident_pk": world.residency.pk}


def invitation(world: World) -> dict[str, Any]:
    return {"pk": world.stairwell.pk, "invitation_pk": world.extra["invitation"].pk}


def slip(_world: World) -> dict[str, Any]:
    return {"name": "Mika", "language": "sv", "signed": "on"}


def slip_link(world: World) -> dict[str, Any]:
    return {"token": slip_token(world.residency, Address("email", "slip@example.org"))}


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


def role(world: World) -> dict[str, Any]:
    return {"pk": world.extra["contact"].pk}


def letters(world: World) -> dict[str, Any]:
    return {"pk": world.extra["relay"].pk}


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


def copy(world: World) -> dict[str, Any]:
    return {"pk": world.extra["copy"].pk}


def run(world: World) -> dict[str, Any]:
    return {"object_id": world.extra["run"].pk}


def number(world: World) -> dict[str, Any]:
    return {"object_id": world.extra["number"].pk}


def contact_role(world: World) -> dict[str, Any]:
    return {"pk": world.extra["contact"].pk}


def applied(world: World) -> dict[str, Any]:
    return {"pk": world.extra["applied"].pk}


def afraid(world: World) -> dict[str, Any]:
    return {"pk": world.extra["afraid"].pk}


def norrby(world: World) -> dict[str, Any]:
    return {"pk": world.extra["norrby"].pk}


def meeting(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["meeting"].public_id}


def public_meeting(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["public_meeting"].public_id}


def draft_meeting(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["draft_meeting"].public_id}


def training(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["training"].public_id}


def past_training(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["past_training"].public_id}


def past_meeting(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["past_meeting"].public_id}


def door_round(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["round"].public_id}


def neighbour_meeting(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["neighbour_meeting"].public_id}


def answer_link(world: World) -> dict[str, Any]:
    return {"short": notice_token(world.extra["meeting"].pk, ANSWERS), "token": world.extra["token"]}


def answer_link_to_training(world: World) -> dict[str, Any]:
    return {"short": notice_token(world.extra["training"].pk, ANSWERS), "token": world.extra["token"]}


def answer_link_to_past(world: World) -> dict[str, Any]:
    return {"short": notice_token(world.extra["past_meeting"].pk, ANSWERS), "token": world.extra["token"]}


def coming(_world: World) -> dict[str, Any]:
    return {"svar": "ja", "adults": "1", "children": "0"}


def called(_world: World) -> dict[str, Any]:
    return {"way": "phone", "adults": "1", "children": "0"}


def printed(world: World) -> dict[str, Any]:
    return meeting(world) | place(world)


def calendar_key(world: World) -> dict[str, Any]:
    """The tenant's own."""
    return {"key": calendar_keys.renew(user=world.people["tenant"]).rpartition("/")[2].removesuffix(".ics")}


def venue(world: World) -> dict[str, Any]:
    return {"pk": world.extra["venue"].pk}


def meeting_series(world: World) -> dict[str, Any]:
    return {"series": world.extra["draft_meeting"].series}


def recorded(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["record"].meeting.public_id}


def action(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["action"].public_id}


def neighbours_met(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["neighbours_met"].public_id}


def headcount(_world: World) -> dict[str, Any]:
    return {"version": 0, "adults": 3, "children": 0}


def words_of_a_meeting(world: World) -> dict[str, Any]:
    return headcount(world) | {"good": "Vi hjälps åt."}


def sign_order(world: World) -> dict[str, Any]:
    return {"pk": world.extra["order"].pk}


def sign_order_yes(world: World) -> dict[str, Any]:
    return sign_order(world) | {"step": "ja"}


def sign_order_ordered(world: World) -> dict[str, Any]:
    return sign_order(world) | {"step": "bestalld"}


def damaged_sign(world: World) -> dict[str, Any]:
    return {"pk": world.extra["sign"].pk, "state": "damaged"}


def rules(world: World) -> dict[str, Any]:
    return {"object_id": world.extra["rules"].pk}


def promise_page(world: World) -> dict[str, Any]:
    return {"slug": world.extra["promise"].slug}


def draft_promise_page(world: World) -> dict[str, Any]:
    return {"slug": world.extra["draft_promise"].slug}


def own_promise(world: World) -> dict[str, Any]:
    return {"pk": world.extra["promise"].pk}


def commitment(world: World) -> dict[str, Any]:
    return {"pk": world.extra["commitment"].pk}


def follow_up(world: World) -> dict[str, Any]:
    return {"pk": world.extra["follow_up"].pk}


def follow_up_public(world: World) -> dict[str, Any]:
    return follow_up(world) | {"step": "publicera"}


def situation(world: World) -> dict[str, Any]:
    return {"pk": world.extra["situation"].pk}


def district_page(world: World) -> dict[str, Any]:
    return {"slug": "norrby"}


def suggestion(world: World) -> dict[str, Any]:
    return {"pk": world.extra["suggestion"].pk}


def survey(world: World) -> dict[str, Any]:
    return {"public_id": world.extra["survey"].public_id}


def survey_code(_world: World) -> dict[str, Any]:
    return {"code": SURVEY_CODE}


def survey_answers(_world: World) -> dict[str, Any]:
    return {"outdoors": "4", "words": "Mer ljus."}


def some_codes(_world: World) -> dict[str, Any]:
    return {"number": 2}


def district_in_swedish(world: World) -> dict[str, Any]:
    return norrby(world) | {"language": "sv"}


def words_about_a_district(_world: World) -> dict[str, Any]:
    return {"action": "publish", "seen": 0, "introduction": "Här hjälps vi åt."}
