"""What the demo's police have written about a district; Arabic is there, Somali falls back to Swedish."""

from buildings.models import District, User
from watch.demo.roles import BY_SLUG, NORRBY
from watch.models import DistrictText
from watch.present import local_texts

TEXTS = {
    "sv": {
        "introduction": "Det här är en påhittad text om stadsdelen. Här har grannar, polisen och kommunen börjat om "
        "med grannsamverkan, en trapp i taget.",
        "officer": "Kommunpolis för stadsdelen (påhittad). Ring 114 14 och fråga efter kommunpolisen.",
        "meeting_points": "Provsalen, Varpgatan 2, första onsdagen i månaden kl. 16–18.",
        "places": "Provsalen, Varpgatan 2: möten och språkkafé.\nKvarterslokalen, Spolgatan 4: bolagets områdeskontor.",
    },
    "ar": {
        "introduction": "هذا نص وهمي عن الحي. بدأ الجيران والشرطة والبلدية هنا التعاون من جديد، مدخلاً بعد مدخل.",
        "officer": "شرطي الحي (وهمي). اتصل بالرقم \u2066114 14\u2069 واسأل عن شرطي البلدية.",
        "meeting_points": "القاعة Provsalen، \u2066Varpgatan 2\u2069، أول أربعاء من كل شهر، الساعة \u206616–18\u2069.",
        "places": "القاعة Provsalen، \u2066Varpgatan 2\u2069: اجتماعات ومقهى لغوي.",
    },
}


def is_built() -> bool:
    """Whether anybody has written about a district."""
    return DistrictText.objects.exists()


def build() -> None:
    """The district's words in two languages."""
    officer = User.objects.get(email=BY_SLUG["police"].email)
    district = District.objects.get(slug=NORRBY)
    organisation = officer.memberships.get().organisation
    for language, words in TEXTS.items():
        local_texts.publish(
            district=district, language=language, words=words, user=officer, organisation=organisation, seen=0
        )
