"""The part of an address that names a criterion; anything else there is 404 before it reaches the database."""

from django.urls import register_converter


class CriterionCode:
    """Part, group and number: ``3-2-2``."""

    regex = "[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


CODE = "criterion_code"
register_converter(CriterionCode, CODE)
