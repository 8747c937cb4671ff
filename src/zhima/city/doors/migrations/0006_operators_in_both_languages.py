from django.db import migrations, models

NAME = models.CharField(blank=True, default="", max_length=80)


class Migration(migrations.Migration):
    dependencies = [("doors", "0005_several_places_and_deposits")]

    operations = [
        migrations.AddField(model_name=model, name="operator_name_zh", field=NAME)
        for model in ("contest", "draw")
    ]
