from django.urls import include, path

urlpatterns = [path("", include("django.conf.urls.i18n"))]
