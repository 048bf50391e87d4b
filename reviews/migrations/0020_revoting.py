from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0019_vote_void_and_objections'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewsession',
            name='is_revoting',
            field=models.BooleanField(default=False, editable=False, verbose_name='重新投票，尚未计票'),
        ),
    ]
