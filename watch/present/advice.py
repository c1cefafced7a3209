"""What makes life harder for thieves and cheats, in words for everybody."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Topic:
    """One page of advice: what to do before, and what to do when it has happened."""

    slug: str
    icon: str
    title: Promise | str
    lead: Promise | str
    before: tuple[Promise | str, ...]
    after: tuple[Promise | str, ...]


TOPICS = (
    Topic(
        "lagenhet",
        "door",
        _("Your flat"),
        _("Most of it takes a minute and costs nothing."),
        (
            _("Lock the door each time you go out, also when you only go to the bins."),
            _("Close windows and balcony doors when nobody is at home."),
            _("Tell a neighbour you trust when you go away. Ask them to take in your post."),
            _("Do not write on the net that you are away."),
            _("Look who is there before you open. You need not open to a stranger."),
            _("Write down the serial numbers of dear things, and take pictures of them."),
        ),
        (
            _("Is somebody still there? Go out and call 112."),
            _("Is nobody there? Call 114 14. Touch as little as you can until you have talked to the police."),
            _("Tell your landlord if the door or the lock is broken."),
            _("Call your insurance company."),
        ),
    ),
    Topic(
        "kallare",
        "kind-cellar",
        _("Cellar and attic"),
        _("A store that looks empty and well locked is left alone more often."),
        (
            _("Keep nothing dear in the store. Take home what you would miss."),
            _("Use a good padlock, and lock it each time."),
            _("See to it that the cellar door falls shut behind you."),
            _("Cover what can be seen through the netting."),
            _("Tell the landlord when a lamp or a lock is broken."),
            _("Look in on your store now and then."),
        ),
        (
            _("Do not tidy up at once. Take pictures first."),
            _("Call 114 14 and tell them what is gone."),
            _("Tell your landlord, so that locks and doors are mended."),
        ),
    ),
    Topic(
        "cykel",
        "lock",
        _("Bicycle and pram"),
        _("Lock it to something that cannot be carried away."),
        (
            _("Lock the frame to a stand or a post, also in the bicycle room."),
            _("Use a strong lock. Your insurance may ask for a certain kind."),
            _("Write down the frame number and take a picture of the bicycle."),
            _("Take lamps and bags with you."),
            _("Leave no battery on the bicycle at night."),
            _("Keep prams where your landlord says. The stairs must be free if there is a fire."),
        ),
        (
            _("Call 114 14 and give them the frame number."),
            _("Ask your landlord whether the bicycles were cleared away."),
            _("Call your insurance company."),
        ),
    ),
    Topic(
        "trapp",
        "stairs",
        _("Stairs and front door"),
        _("A stairwell where people say hello is a safer one."),
        (
            _("Say hello to those you meet. It is the oldest protection there is."),
            _("Let the front door shut behind you. Let nobody in whom you do not know."),
            _("Give the door code to nobody who does not need it."),
            _("Tell the landlord when the door does not lock or a lamp is out."),
            _("Keep the stairs free from things. They are the way out if there is a fire."),
        ),
        (
            _("Does it feel dangerous? Go home, lock the door and call 112."),
            _("Have you seen something you wonder about? Call 114 14 when it can wait."),
            _("Do not follow anybody, and do not try to stop anybody."),
        ),
    ),
    Topic(
        "telefon",
        "phone",
        _("Fraud by phone"),
        _("Hang up. A real bank can wait."),
        (
            _("Never use BankID because somebody calls you and asks."),
            _("Never tell anybody your codes, or read out numbers from your bank device."),
            _("Neither the bank nor the police asks you to move money to a safe account."),
            _("Hang up, and call back yourself. Take the number from your card or from the bank's own page."),
            _("Do not press links in messages you did not expect."),
            _("Let nobody in who says they will fetch your card or look after your valuables."),
            _("Choose a word that only your family knows. Ask for it when somebody calls and needs money."),
        ),
        (
            _("Call your bank at once and have card and account blocked."),
            _("Call 114 14. Is the cheat at your door? Call 112."),
            _("Talk to somebody you trust. Anybody can be cheated."),
        ),
    ),
)
BY_SLUG = {topic.slug: topic for topic in TOPICS}
