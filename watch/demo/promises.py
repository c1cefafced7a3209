"""The demo's promises: that of 2018 as it was, and a made-up one that is going on, with follow-ups of every kind."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from buildings.models import District, Organisation
from watch.demo.roles import HULTA, NORRBY
from watch.models import Commitment, FollowUp, Promise, Situation
from watch.track.promises import services, shipped

Kind = FollowUp.Kind
HELD = tomllib.loads(Path(__file__).with_name("promise.toml").read_text(encoding="utf-8"))


def is_built() -> bool:
    """Whether anything has been promised."""
    return Promise.objects.exists()


def build() -> None:
    """The promise of 2018, a made-up one that follows it, a draft, and a situation picture."""
    districts = list(District.objects.filter(slug__in=(NORRBY, HULTA)).order_by("-slug"))
    old = shipped.load(districts=districts)
    police, city = (Organisation.objects.get(slug=slug) for slug in ("polisen-boras", "boras-stad"))
    today = timezone.localdate()
    picture = _picture(districts[0], police, today)
    starts = today - timedelta(days=200)
    facts = {"starts_on": starts, "ends_on": starts + timedelta(days=364), "follows": old, "situation": picture}
    promise = Promise(slug="pahittat-lofte-demo", **facts)
    services.save_promise(promise=promise, words=HELD["words"], districts=districts, organisations=[police, city])
    for number, row in enumerate(HELD["commitments"], 1):
        words = {language: {"text": text} for language, text in row["text"].items()}
        commitment = Commitment(promise=promise, number=number, measure=row["measure"], target=row.get("target"))
        services.save_commitment(commitment=commitment, words=words, organisations=[police], targets={})
    promise.published_at = timezone.now() - timedelta(days=199)
    promise.save()
    _follow_up(promise, districts, police, today)
    draft = Promise(slug="utkast-demo", starts_on=today, ends_on=today + timedelta(days=300))
    words = {"sv": {"title": "Utkast till nästa löfte (demo)", "summary": "Bara ett utkast.", "why": "Inte klart."}}
    services.save_promise(promise=draft, words=words, districts=districts[:1], organisations=[city])


def _picture(district: District, by: Organisation, today: date) -> Situation:
    picture = Situation(district=district, organisation=by, on=today - timedelta(days=220))
    return services.save_situation(situation=picture, words=HELD["picture"], publish=True)


def _follow_up(promise: Promise, districts: list[District], by: Organisation, today: date) -> None:
    """Evenings on foot, one of them cancelled, one corrected, one not published yet."""
    evenings = promise.commitments.get(number=1)
    for number in range(7):
        where = ("Norrby Långgata", "Billdalsgatan", "Västra Nygatan")[number % 3]
        on = promise.starts_on + timedelta(days=20 * number + 3)
        _write(evenings, by, on=on, district=districts[number % 2], where=where, text="Vi pratade med många.")
    why = "Regn och få ute."
    day = today - timedelta(days=30)
    _write(evenings, by, on=day, district=districts[0], is_cancelled=True, why=why, number=1)
    wrong = _write(evenings, by, on=today - timedelta(days=20), district=districts[0], number=3, where="Norrbyhuset")
    facts: dict[str, Any] = {"on": wrong.on, "district": wrong.district, "number": 1, "where": wrong.where}
    services.record(
        commitment=evenings,
        organisation=by,
        publish=True,
        corrects=wrong,
        why="Vi räknade samma kväll tre gånger.",
        **facts,
    )
    services.record(commitment=evenings, organisation=by, publish=False, on=today, district=districts[0], number=1)
    doors = promise.commitments.get(number=5)
    text = "Porten på Varpgatan lagad efter två dagar (påhittat)."
    _write(doors, by, on=today - timedelta(days=12), district=districts[0], kind=Kind.OTHER, text=text)


def _write(commitment: Commitment, by: Organisation, **facts: Any) -> FollowUp:
    """A follow-up, public since the evening it was done."""
    written = services.record(commitment=commitment, organisation=by, publish=True, **facts)
    at = timezone.now() - (timezone.localdate() - written.on)
    FollowUp.objects.filter(pk=written.pk).update(recorded_at=at, published_at=at)
    return written
