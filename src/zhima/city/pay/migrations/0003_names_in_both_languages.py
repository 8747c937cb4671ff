from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pay", "0002_the_citys_clock")]

    operations = [
        migrations.RenameField(model_name="merchant", old_name="name", new_name="name_en"),
        migrations.AlterField(
            model_name="merchant", name="name_en", field=models.CharField(max_length=25)
        ),
        migrations.AddField(
            model_name="merchant",
            name="name_zh",
            field=models.CharField(blank=True, default="", max_length=25),
        ),
    ]
