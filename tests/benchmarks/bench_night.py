"""How long the nightly snapshot takes for a hundred large districts, on PostgreSQL.

    python -m tests.benchmarks.bench_night [--districts 100] [--stairwells 2000] [--residents 30000] [--years 5]

In a database of its own beside the one DATABASE_URL names (postgres://postgres@127.0.0.1:5432/postgres when it names
none), taken away afterwards: districts with houses, homes, people, contacts with their steps, meetings with minutes,
notices, boards, and deliveries of the last ninety days, which is how long they are kept. Rows are written by the
database itself. Prints one `name value` a line; `seconds` is the first night, with everything counted, `again` the
next. Fails when a night takes a minute.
"""

import argparse
import contextlib
import os
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.benchmarks.in_process import settings_for_measuring

DISTRICTS, STAIRWELLS, RESIDENTS, YEARS = 100, 2_000, 30_000, 5
A_HOUSE, HOMES_A_STAIRWELL = 4, 16
MEETINGS_A_YEAR, NOTICES_A_YEAR = 40, 30
KEPT_DAYS = 90
MOST_SECONDS = 60
DEFAULT = "postgres://postgres@127.0.0.1:5432/postgres"


# Django keeps its defaults to itself; the database that fills itself needs some for columns that say nothing here.
PLAIN_DEFAULTS = """
    DO $$ DECLARE c record; BEGIN
      FOR c IN SELECT table_name, column_name, data_type FROM information_schema.columns
               WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
                 AND data_type IN ('character varying', 'text', 'boolean', 'integer', 'smallint', 'jsonb',
                                   'timestamp with time zone')
      LOOP
        EXECUTE format('ALTER TABLE %I ALTER %I SET DEFAULT %s', c.table_name, c.column_name,
          CASE WHEN c.data_type IN ('character varying', 'text') THEN '''''' WHEN c.data_type = 'boolean' THEN 'false'
               WHEN c.data_type = 'jsonb' THEN '''{}''' WHEN c.data_type LIKE 'timestamp%' THEN 'now()' ELSE '0' END);
      END LOOP;
    END $$"""


def statements(districts: int, stairwells: int, residents: int, years: int) -> Iterator[str]:
    """What fills the database, in order; every number is a row's place in its district."""
    houses = stairwells // A_HOUSE
    night = "(date_trunc('day', now()) - interval '1 day')"
    yield f"""
        INSERT INTO buildings_district (id, name, slug) SELECT d, 'Del ' || d, 'del-' || d
        FROM generate_series(1, {districts}) d"""
    yield """
        INSERT INTO buildings_organisation (id, kind, name, slug) VALUES (1, 'landlord', 'Bolaget', 'bolaget'),
        (2, 'police', 'Polisen', 'polisen')"""
    yield f"""
        INSERT INTO buildings_building (id, owner_id, district_id, designation)
        SELECT n, 1, 1 + n / {houses}, 'Varpen ' || n FROM generate_series(0, {districts * houses - 1}) n"""
    yield f"""
        INSERT INTO watch_watch (building_id, state, since, known_before, version)
        SELECT n, (ARRAY['registered','presented','forming','active','dormant'])[1 + n % 5], now(), false, 1
        FROM generate_series(0, {districts * houses - 1}) n"""
    yield f"""
        INSERT INTO buildings_stairwell (id, building_id, address, entrance, name, postcode, city, key, sort_key)
        SELECT n, n / {A_HOUSE}, 'Varpgatan ' || n, 'A', 'Varpgatan ' || n, '504 35', 'Borås', n, n
        FROM generate_series(0, {districts * stairwells - 1}) n"""
    yield f"""
        INSERT INTO buildings_flat (id, stairwell_id, number, object_number, floor)
        SELECT n, n / {HOMES_A_STAIRWELL}, n % {HOMES_A_STAIRWELL}, '', ''
        FROM generate_series(0, {districts * stairwells * HOMES_A_STAIRWELL - 1}) n"""
    yield f"""
        INSERT INTO buildings_user (id, password, is_superuser, handle, email, phone_verified, name, language,
                                    is_active, created_at, session_epoch)
        SELECT n, '!', false, gen_random_uuid(), 'granne' || n || '@example.org', false, '',
               (ARRAY['sv','sv','ar','so'])[1 + n % 4], true, now(), 0
        FROM generate_series(0, {districts * residents - 1}) n"""
    yield f"""
        INSERT INTO buildings_resident (user_id, stairwell_id, flat_id, state, way, joined_at, confirmed_by, left_why,
                                        shows_name, asked_times)
        SELECT n, n % {districts * stairwells}, n % {districts * stairwells * HOMES_A_STAIRWELL}, 'joined', 'poster',
               now(), '', '', false, 0
        FROM generate_series(0, {districts * residents - 1}) n"""
    yield f"""
        INSERT INTO buildings_contact (id, user_id, stairwell_id, role, state, applied_at, training, ended_by,
                                       ended_why, shows_name, shows_number, activated_at, trained_on)
        SELECT n, n, n, 'contact', (ARRAY['active','active','trained','ended'])[1 + n % 4], now() - interval '90 days',
               'course', '', '', false, false, now(), now()
        FROM generate_series(0, {districts * stairwells - 1}) n"""
    yield f"""
        INSERT INTO buildings_contactstep (contact_id, state, at, why)
        SELECT n, (ARRAY['applied','confirmed','trained','active'])[1 + s],
               now() - interval '1 hour' * (n % {24 * 365 * years}), ''
        FROM generate_series(0, {districts * stairwells - 1}) n, generate_series(0, 3) s"""
    yield f"""
        INSERT INTO watch_meeting (id, public_id, kind, state, lead_id, district_id, whole_district, contacts_only,
                                   is_public, place, address, directions, step_free, children_welcome, starts_at,
                                   ends_at, languages, interpreter, sequence, created_at, changed_at)
        SELECT n, gen_random_uuid(), 'information', 'held', 2, 1 + n % {districts}, true, false, true, '', '', '',
               false, true, at, at + interval '1 hour', '[]', false, 0, at, at
        FROM (SELECT n, {night} - interval '1 day' * (n / {districts} * 365 / {MEETINGS_A_YEAR}) AS at
              FROM generate_series(0, {districts * MEETINGS_A_YEAR * years - 1}) n) m"""
    yield """
        INSERT INTO watch_record (meeting_id, adults, children, good, unsafe, wishes, decisions, minutes,
                                  public_minutes, saved_at, version)
        SELECT id, 17, 3, '', '', '', '', '', '', now(), 1 FROM watch_meeting"""
    yield f"""
        INSERT INTO notifications_notice (id, public_id, organisation_id, kind, urgency, district_id, whole_district,
                                          contacts_only, expires_at, state, is_public, reference, companion, stopped,
                                          returned_with, created_at, started_at, people, unreachable)
        SELECT n, gen_random_uuid(), 2, 'cellar', 'information', 1 + n % {districts}, true, false,
               at + interval '7 days', 'sent', true, '', '', '', '', at, at, {residents}, 0
        FROM (SELECT n, {night} - interval '1 day' * (n / {districts} * 365 / {NOTICES_A_YEAR}) AS at
              FROM generate_series(0, {districts * NOTICES_A_YEAR * years - 1}) n) m"""
    kept = f"started_at > now() - interval '{KEPT_DAYS} days'"
    yield f"""
        INSERT INTO notifications_posting (notice_id, stairwell_id, created_at, posted_at)
        SELECT m.id, w, started_at, CASE WHEN w % 3 = 0 THEN started_at END
        FROM notifications_notice m, LATERAL generate_series((m.district_id - 1) * {stairwells}::bigint,
             m.district_id * {stairwells}::bigint - 1) w
        WHERE m.{kept}"""
    yield f"""
        INSERT INTO notifications_delivery (queue, state, reason, attempts, due_at, created_at, notice_id, channel,
                                            provider_id, parts)
        SELECT 'notices', (ARRAY['sent','delivered','failed','sent'])[1 + p % 4], '', 1, started_at, started_at, m.id,
               'email', '', 0
        FROM notifications_notice m, generate_series(1, {residents}) p
        WHERE m.{kept}"""


def measure(districts: int, stairwells: int, residents: int, years: int) -> dict[str, float]:
    """Fill, count, and count again."""
    import django

    django.setup()
    from datetime import timedelta

    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    settings.DEBUG = False
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        # The rows fit by how they are made; checking each against the others would take most of the time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(PLAIN_DEFAULTS)
        for statement in statements(districts, stairwells, residents, years):
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    from watch.track.figures import taking

    figures = {"filled_in": time.perf_counter() - began}
    today = timezone.localdate()
    for name, day in (("seconds", today - timedelta(days=1)), ("again", today)):
        began = time.perf_counter()
        figures[f"{name}_rows"] = taking.take(day)
        figures[name] = time.perf_counter() - began
    return figures


@contextlib.contextmanager
def own_database(address: str) -> Iterator[str]:
    """A new database beside this one, with its address; taken away afterwards."""
    import psycopg

    name = f"trappan_night_{os.getpid()}"
    with psycopg.connect(address.replace("postgres://", "postgresql://"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    """Measure, print, and fail when a night takes too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=DISTRICTS)
    parser.add_argument("--stairwells", type=int, default=STAIRWELLS)
    parser.add_argument("--residents", type=int, default=RESIDENTS)
    parser.add_argument("--years", type=int, default=YEARS)
    chosen = parser.parse_args()
    with own_database(os.environ.get("DATABASE_URL", DEFAULT)) as address, settings_for_measuring(address):
        figures = measure(chosen.districts, chosen.stairwells, chosen.residents, chosen.years)
    for name, value in figures.items():
        print(name, round(value, 2))  # noqa: T201
    assert max(figures["seconds"], figures["again"]) < MOST_SECONDS, "the night takes too long"


if __name__ == "__main__":
    main()
