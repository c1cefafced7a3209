"""People, places and notices for tests; everyone is openly fictitious."""

from datetime import timedelta
from typing import Any

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone
from factory.django import DjangoModelFactory

from buildings.models import (
    Building,
    Contact,
    DataExport,
    District,
    Flat,
    JoinCode,
    Organisation,
    Resident,
    StaffMember,
    Stairwell,
    User,
)
from buildings.sealing import seal
from notifications.models import Endpoint, Notice, NoticeTemplate, NoticeTemplateText, NoticeText
from notifications.models.endpoints import shows_words


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"granne{n}@example.org")
    name = factory.Sequence(lambda n: f"Granne {n}")
    password = "!"

    @factory.post_generation
    def verified(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and self.email:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class DistrictFactory(DjangoModelFactory[District]):
    class Meta:
        model = District

    name = factory.Sequence(lambda n: f"Stadsdel {n}")
    slug = factory.Sequence(lambda n: f"stadsdel-{n}")


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    kind = Organisation.Kind.LANDLORD
    name = factory.Sequence(lambda n: f"Provbostäder {n}")
    slug = factory.Sequence(lambda n: f"org-{n}")

    @factory.post_generation
    def districts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.districts.set(extracted)


class StaffFactory(DjangoModelFactory[StaffMember]):
    """Staff with a second factor set up, unless `second_factor=False`."""

    class Meta:
        model = StaffMember
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    accepted_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def districts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.districts.set(extracted if extracted is not None else self.organisation.districts.all())

    @factory.post_generation
    def second_factor(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted is not False:
            Authenticator.objects.create(user=self.user, type=Authenticator.Type.TOTP, data={"secret": "x"})


class BuildingFactory(DjangoModelFactory[Building]):
    class Meta:
        model = Building

    owner = factory.SubFactory(OrganisationFactory)
    district = factory.SubFactory(DistrictFactory)
    designation = factory.Sequence(lambda n: f"Varpen {n}")


class StairwellFactory(DjangoModelFactory[Stairwell]):
    class Meta:
        model = Stairwell
        skip_postgeneration_save = True

    building = factory.SubFactory(BuildingFactory)
    address = factory.Sequence(lambda n: f"Varpgatan {n} A")
    entrance = "A"
    name = factory.SelfAttribute("address")
    postcode = "504 35"
    city = "Borås"
    key = factory.LazyAttribute(lambda stairwell: f"50435|{stairwell.address.lower()}|a")
    sort_key = factory.SelfAttribute("key")

    @factory.post_generation
    def code(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted is not False:
            JoinCode.objects.create(stairwell=self, **({"code": extracted} if extracted else {}))


class FlatFactory(DjangoModelFactory[Flat]):
    class Meta:
        model = Flat

    stairwell = factory.SubFactory(StairwellFactory)
    number = factory.Sequence(lambda n: f"{1001 + n}")


class ResidentFactory(DjangoModelFactory[Resident]):
    class Meta:
        model = Resident

    user = factory.SubFactory(UserFactory)
    stairwell = factory.SubFactory(StairwellFactory)


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    user = factory.SubFactory(UserFactory)
    stairwell = factory.SubFactory(StairwellFactory)
    state = Contact.State.ACTIVE


class EndpointFactory(DjangoModelFactory[Endpoint]):
    class Meta:
        model = Endpoint

    user = factory.SubFactory(UserFactory)
    channel = Endpoint.Channel.EMAIL
    address = factory.LazyAttribute(lambda endpoint: endpoint.user.email)
    show_words = factory.LazyAttribute(lambda endpoint: shows_words(endpoint.channel))


class NoticeFactory(DjangoModelFactory[Notice]):
    """A draft to a whole district with a Swedish text; pass `title`/`body` for other words."""

    class Meta:
        model = Notice
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory, kind=Organisation.Kind.POLICE)
    district = factory.SubFactory(DistrictFactory)
    kind = Notice.Kind.CELLAR
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            texts = extracted or {"sv": ("Inbrott i källare", "Flera källarförråd har brutits upp. Lås ordentligt.")}
            for language, (title, body) in texts.items():
                NoticeText.objects.create(notice=self, language=language, title=title, body=body)


class TemplateFactory(DjangoModelFactory[NoticeTemplate]):
    """A ready-made notice for everyone; pass `approved` for the languages a reader has approved."""

    class Meta:
        model = NoticeTemplate
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"anslag-{n}")
    kind = Notice.Kind.CELLAR

    @factory.post_generation
    def texts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        texts = extracted or {"sv": ("Inbrott på [plats]", "Förråd på [plats] har brutits upp. Ring 114 14.")}
        for language, (title, body) in texts.items():
            NoticeTemplateText.objects.create(template=self, language=language, title=title, body=body)

    @factory.post_generation
    def approved(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.texts.filter(language__in=extracted or ()).update(reviewed_at=timezone.now())


def copy_of(user: User, **fields: Any) -> DataExport:
    """A copy of what is held about somebody, ready to fetch."""
    now = timezone.now()
    ready = {"state": "ready", "ready_at": now, "expires_at": now + timedelta(days=7), "sealed": seal('{"homes": []}')}
    return DataExport.objects.create(user=user, **ready | fields)
