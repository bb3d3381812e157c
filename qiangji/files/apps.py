from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "qiangji.files"
    label = "files"
    verbose_name = "文件"
