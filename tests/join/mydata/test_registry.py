"""Whatever hangs on a person is read by "My data", or it is said why not."""

from django.apps import apps

from watch.join.mydata import collecting, registry


def test_every_link_to_a_person_is_read_or_left_out_for_a_reason():
    assert registry.missing() == set(), "add these to watch/join/mydata/registry.py"


def test_the_registers_name_only_links_that_are_there():
    there = {
        f"{registry.label(model)}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
    }
    named = {*registry.MINE, *registry.DEEDS, *registry.LEFT_OUT}
    gone = {link for link in named - there if not link.startswith("socialaccount.")}
    assert gone == set()


def test_a_link_stands_in_one_register_and_its_section_exists():
    assert not set(registry.MINE) & set(registry.DEEDS)
    assert not (set(registry.MINE) | set(registry.DEEDS)) & set(registry.LEFT_OUT)
    assert {*registry.MINE.values(), *registry.DEEDS.values()} <= set(collecting.SECTIONS)
    assert all(reason.endswith(".") for reason in registry.LEFT_OUT.values())


def test_a_new_link_is_found(monkeypatch):
    monkeypatch.delitem(registry.MINE, "notifications.RelayLetter.relay")
    assert registry.missing() == {"notifications.RelayLetter.relay"}
