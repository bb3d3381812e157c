"""Initial passwords: readable, random, and strong enough for the site's own rules."""

from django.contrib.auth.password_validation import validate_password

from qiangji.accounts.passwords import LETTERS, readable_password


def test_no_character_is_taken_for_another() -> None:
    assert not set("0oO1lIi") & set(LETTERS)


def test_two_passwords_differ_and_both_pass_the_rules() -> None:
    first, second = readable_password(), readable_password()
    assert first != second
    assert validate_password(first) is None
    assert [len(group) for group in first.split("-")] == [4, 4, 4]
