"""The demo's two registers, read in the way any company's is."""

from pathlib import Path

from buildings.models import Building, District, Organisation
from buildings.register import apply_register, read_register
from watch.demo.roles import HULTA, NORRBY

HERE = Path(__file__).parent
REGISTERS = (
    ("register-export.csv", "ab-bostader", NORRBY),
    ("hulta.csv", "provhus-i-hulta", HULTA),
)


def is_built() -> bool:
    """Whether each company has buildings."""
    owners = {landlord for _, landlord, _ in REGISTERS}
    return Building.objects.filter(owner__slug__in=owners).values("owner").distinct().count() == len(owners)


def build() -> None:
    """Apply both registers; where one is applied already nothing changes."""
    for filename, landlord, district in REGISTERS:
        with (HERE / filename).open("rb") as file:
            apply_register(
                register=read_register(file, filename),
                landlord=Organisation.objects.get(slug=landlord),
                district=District.objects.get(slug=district),
            )
