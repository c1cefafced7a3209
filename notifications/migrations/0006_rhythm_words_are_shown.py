from django.db import migrations


def as_before(apps, schema_editor):
    """Mail and SMS have shown the notice itself until now."""
    endpoints = apps.get_model("notifications", "Endpoint").objects
    endpoints.filter(channel__in=("email", "sms")).update(show_words=True)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_rhythm_digest")]

    operations = [migrations.RunPython(as_before, migrations.RunPython.noop)]
