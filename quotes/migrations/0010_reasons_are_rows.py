from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("quotes", "0009_fill_underwriting")]
    operations = [migrations.RemoveField(model_name="referral", name="old_reasons")]
