import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_outcome_public_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='digest',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gathered', to='notifications.message'),
        ),
        migrations.AlterField(
            model_name='endpoint',
            name='show_words',
            field=models.BooleanField(default=False, verbose_name='show the notice itself, not only that there is one'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('digest__isnull', False)), fields=['digest'], name='delivery_gathered'),
        ),
        migrations.AddIndex(
            model_name='endpoint',
            index=models.Index(condition=models.Q(('channel', 'sms')), fields=['address'], name='endpoint_number'),
        ),
    ]
