app_name = "officials"
urlpatterns = []
