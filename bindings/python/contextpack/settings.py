"""Settings: names, bounds and defaults."""
from ctypes import byref
from typing import Dict, NamedTuple

from . import _raw
from ._call import call, text
from ._library import lib

__all__ = ["Setting", "TextSetting", "settings", "text_settings"]


class Setting(NamedTuple):
    """Describes a setting."""

    name: str
    #: What it controls, with its unit.
    summary: str
    default: int
    minimum: int
    maximum: int


class TextSetting(NamedTuple):
    """Describes a text setting. Values cannot be read back."""

    name: str
    summary: str
    #: Do not show the value in command lines, logs and lists.
    is_secret: bool


def settings() -> Dict[str, Setting]:
    """All settings by name."""
    found = {}
    for index in range(lib.cpk_setting_count()):
        details = _raw.cpk_setting_details(_raw.STRUCT_SIZES["cpk_setting_details"])
        call(lib.cpk_setting_info, index, byref(details))
        setting = Setting(text(details.name), text(details.summary), details.default_value, details.minimum,
                          details.maximum)
        found[setting.name] = setting
    return found


def text_settings() -> Dict[str, TextSetting]:
    """All text settings by name."""
    found = {}
    for index in range(lib.cpk_text_setting_count()):
        details = _raw.cpk_text_setting_details(_raw.STRUCT_SIZES["cpk_text_setting_details"])
        call(lib.cpk_text_setting_info, index, byref(details))
        setting = TextSetting(text(details.name), text(details.summary), bool(details.is_secret))
        found[setting.name] = setting
    return found
