"""The operator's site: districts, organisations, published numbers; no personal data on any page."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin, SimpleListFilter, display
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from buildings.access import scope
from buildings.models import District, Organisation, PublishedNumber, RetentionRun, StaffMember
from notifications.models import NoticeTemplateText
from notifications.ready import services
from notifications.sms import Sender
from watch.join import staff
from watch.join.addresses import read_email
from watch.models import TrackingRules

if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
    AnyOrganisationForm = forms.ModelForm[Organisation]
    AnyReviewForm = forms.ModelForm[NoticeTemplateText]
else:
    AnyAdmin, AnyOrganisationForm, AnyReviewForm = ModelAdmin, forms.ModelForm, forms.ModelForm

# Signing in and out is the site's own; the rest would look things up across tables.
DROPPED = {"login", "logout", "password_change", "password_change_done", "autocomplete", "view_on_site"}

# What the operator says of an organisation.
REGISTERED = ("kind", "name", "slug", "districts", "phone", "sms_sender", "sms_ceiling", "approval_above")


class OperatorSite(AdminSite):
    """Only what is registered here appears; people, residents and addresses never are."""

    site_title = site_header = "Trappan"
    index_title = _("Setting up")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """The operator, behind a second factor."""
        return scope(request.user).is_operator

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The sign-in page for strangers, the second factor's for an operator without one, 404 for everyone else."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if isinstance(request.user, AnonymousUser):
                return redirect_to_login(request.get_full_path())
            if request.user.is_superuser and scope(request.user).awaits_second_factor:
                return redirect("mfa_index")
            if not self.has_permission(request):
                raise Http404
            return cast("HttpResponseBase", inner(request, *args, **kwargs))

        return guarded

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Django's, without those that sign in or look up."""
        return [url for url in super().get_urls() if getattr(url, "name", None) not in DROPPED]


operator_site = OperatorSite(name="operator")


class Register(AnyAdmin):
    """A register the operator keeps: nothing is deleted here, and no filter reaches into other tables."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the register's own columns, so an address cannot be found out by filtering."""
        return "__" not in lookup.removesuffix("__exact")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No: buildings and people hang on these rows."""
        return False


class DistrictAdmin(Register):
    """Districts."""

    list_display = ("name", "slug")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    search_fields = ("name",)


class TrackingRulesAdmin(Register):
    """What each district asks of its watches."""

    list_display = ("district", "covered_share", "dormant_after_months", "signs_a_stairwell", "answer_within_days")


class OrganisationForm(AnyOrganisationForm):
    """An organisation; while it has no administrator, also the address of the first one, which is never shown again."""

    first_administrator = forms.CharField(
        label=_("The first administrator's e-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("An invitation is sent there. The address is not shown here afterwards."),
    )

    class Meta:
        model = Organisation
        fields = (*REGISTERED, "first_administrator")
        widgets: ClassVar = {"districts": forms.CheckboxSelectMultiple}

    def clean_sms_sender(self) -> str:
        """A sender the networks take, or nothing for the site's own."""
        typed: str = self.cleaned_data["sms_sender"]
        try:
            return Sender.read(typed).value if typed else ""
        except ValueError as error:
            raise ValidationError(
                _("Write at most 11 letters and digits with a letter first, or a phone number.")
            ) from error

    def clean_first_administrator(self) -> str:
        """The address in lower case, if that person may be invited."""
        typed = self.cleaned_data["first_administrator"]
        if not typed:
            return ""
        email = read_email(typed)
        try:
            staff.check_can_invite(organisation=self.instance, email=email)
        except staff.StaffError as error:
            raise ValidationError(_("This address cannot be invited. Ask for another work address.")) from error
        return email


class OrganisationAdmin(Register):
    """Organisations, their districts and each one's first administrator."""

    form = OrganisationForm
    list_display = ("name", "kind", "has_administrator")
    list_filter = ("kind",)
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        """With whether each has an administrator."""
        administrators = StaffMember.objects.current().filter(organisation=OuterRef("pk"), is_administrator=True)
        found: QuerySet[Organisation] = super().get_queryset(request).annotate(administered=Exists(administrators))
        return found

    def get_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[Any]:
        """The field for the first administrator only where there is none."""
        is_administered = obj and getattr(obj, "administered", False)
        return list(REGISTERED if is_administered else (*REGISTERED, "first_administrator"))

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        """What an organisation is does not change, for its staff's rights follow from it."""
        return ("kind",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Organisation | None = None) -> dict[str, Any]:
        """A short name made from the name, for a new one."""
        return {} if obj else dict(self.prepopulated_fields)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The districts, then the invitation to serve in them."""
        super().save_related(request, form, formsets, change)
        email = form.cleaned_data.get("first_administrator")
        if email:
            staff.invite(
                organisation=form.instance,
                email=email,
                districts=form.cleaned_data["districts"],
                is_administrator=True,
                language=(get_language() or "sv").split("-")[0],
            )

    @display(boolean=True, description=_("has an administrator"))
    def has_administrator(self, obj: Organisation) -> bool:
        """Whether anyone looks after its staff."""
        return bool(getattr(obj, "administered", False))


class PublishedNumberAdmin(Register):
    """Numbers anyone may print in a notice; one that is wrong is deleted."""

    list_display = ("label", "number")
    search_fields = ("label", "number")

    def has_delete_permission(self, request: HttpRequest, obj: PublishedNumber | None = None) -> bool:
        """Yes: nothing hangs on a number."""
        return True


class RetentionRunAdmin(Register):
    """What each night took away, by purpose; what could not run says why."""

    list_display = ("at", "purpose", "removed", "went_well", "failed")
    list_filter = ("purpose",)
    ordering = ("-at", "purpose")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: the nightly task writes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: RetentionRun | None = None) -> bool:
        """No: they are only read."""
        return False

    @display(boolean=True, description=_("went well"))
    def went_well(self, obj: RetentionRun) -> bool:
        """Whether it could run."""
        return not obj.failed


class ReviewedFilter(SimpleListFilter):
    """Texts that wait for a reader, or are approved."""

    title = _("approved by a reader")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two there are."""
        return [("waits", _("waits for a reader")), ("done", _("approved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those asked for."""
        if self.value() not in ("waits", "done"):
            return queryset
        return queryset.filter(reviewed_at__isnull=self.value() == "waits")


class OtherLanguageFilter(SimpleListFilter):
    """Texts in one language; Swedish needs no reader."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All languages but Swedish."""
        return [(code, name) for code, name in settings.LANGUAGES if code != "sv"]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those asked for."""
        return queryset.filter(language=self.value()) if self.value() else queryset


class ReviewForm(AnyReviewForm):
    """One press for one text: someone who reads the language has read these very words and approves them."""

    approved = forms.BooleanField(
        label=_("Someone who reads the language has read this text and approves it"),
        required=False,
        help_text=_("The text is then used in notices. When its words change it waits for a reader again."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = NoticeTemplateText
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(approved=bool(self.instance.reviewed_at), seen=services.seal_of(self.instance))

    def clean(self) -> dict[str, Any]:
        """The words must be those that were read; the row stays locked until the mark is saved."""
        data = super().clean() or self.cleaned_data
        current = NoticeTemplateText.objects.select_for_update().get(pk=self.instance.pk)
        if services.seal_of(current) != data.get("seen"):
            raise ValidationError(_("The words have changed since you opened this page. Open it again and read them."))
        return data


class ReviewAdmin(Register):
    """Ready-made notices in other languages than Swedish: the words beside the Swedish ones, and one mark."""

    form = ReviewForm
    list_display = ("shown_title", "language", "whose", "kind", "is_approved")
    list_filter = (OtherLanguageFilter, ReviewedFilter)
    list_select_related = ("template__organisation",)
    ordering = ("language", "template__kind", "template__slug")
    readonly_fields = ("language", "whose", "kind", "swedish", "words", "reviewed_at")
    fields = (*readonly_fields, "approved", "seen")

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoticeTemplateText]:
        """All but Swedish, which needs no reader."""
        found: QuerySet[NoticeTemplateText] = super().get_queryset(request)
        return found.exclude(language="sv").select_related("template__organisation")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: the words come with Trappan or from an organisation."""
        return False

    def save_model(self, request: HttpRequest, obj: NoticeTemplateText, form: Any, change: bool) -> None:
        """Only the mark."""
        services.review(text=obj, is_reviewed=form.cleaned_data["approved"], seen=form.cleaned_data["seen"])

    @display(description=_("title"), ordering="title")
    def shown_title(self, obj: NoticeTemplateText) -> str:
        """The title, whichever way it is read."""
        return format_html('<bdi lang="{}">{}</bdi>', obj.language, obj.title)

    @display(description=_("whose"), ordering="template__organisation__name")
    def whose(self, obj: NoticeTemplateText) -> str:
        """The organisation, or everyone."""
        return obj.template.organisation.name if obj.template.organisation else gettext("everyone's")

    @display(description=_("kind"))
    def kind(self, obj: NoticeTemplateText) -> str:
        """What the notice is about."""
        return obj.template.get_kind_display()

    @display(boolean=True, description=_("approved by a reader"), ordering="reviewed_at")
    def is_approved(self, obj: NoticeTemplateText) -> bool:
        """Whether it is used."""
        return obj.is_usable

    @display(description=_("in Swedish"))
    def swedish(self, obj: NoticeTemplateText) -> str:
        """What the words should say."""
        return _as_written(obj.template.texts.get(language="sv"))

    @display(description=_("the words to read"))
    def words(self, obj: NoticeTemplateText) -> str:
        """What the reader is asked about."""
        return _as_written(obj)


def _as_written(text: NoticeTemplateText) -> str:
    body = mark_safe(linebreaks(text.body, autoescape=True))  # noqa: S308 - escaped here
    return format_html('<div lang="{}" dir="auto"><p><strong>{}</strong></p>{}</div>', text.language, text.title, body)


operator_site.register(District, DistrictAdmin)
operator_site.register(TrackingRules, TrackingRulesAdmin)
operator_site.register(Organisation, OrganisationAdmin)
operator_site.register(PublishedNumber, PublishedNumberAdmin)
operator_site.register(RetentionRun, RetentionRunAdmin)
operator_site.register(NoticeTemplateText, ReviewAdmin)
