"""Standings change all day: no index on what changes, and on PostgreSQL room to change in place."""

from django.db import migrations, models


def leave_room(apps, schema_editor):
    """New versions of a row that fit on its page need no new entries in the index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE scoring_standing SET (fillfactor = 70)")


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [
        migrations.AlterField(model_name="standing", name="as_of", field=models.DateTimeField()),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
