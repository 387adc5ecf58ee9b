import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0011_wordings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bounce",
            name="mail",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bounces",
                to="correspondence.incomingmail",
                verbose_name="不達の知らせ",
            ),
        ),
    ]
