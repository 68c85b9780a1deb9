"""What showing one variant to everybody changes on its site, and how that is taken back. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from widget_server.kernel.errors import Conflict
from widget_server.sites.invitations import Invitations
from widget_server.sites.model import Site
from widget_server.trials.model import Variant

PLAIN = ("number", "placement", "channel", "accent")


def changes_of(variant: Variant, site: Site) -> dict[str, Any]:
    """Return the changes of the site (``SiteService.update_site``) after which everybody sees the variant.

    Raises
    ------
    Conflict
        ``rollout_number``: the site does not show that number to everybody (it tracks calls, or was removed);
        ``rollout_channel``: the site has switched the channel off.
    """
    plain = {lever: variant.settings[lever] for lever in PLAIN if lever in variant.settings}
    if "number" in plain and plain["number"] not in {number.id for number in site.numbers}:
        raise Conflict("rollout_number", name=variant.name)
    if "channel" in plain and plain["channel"] not in site.channels:
        raise Conflict("rollout_channel", name=variant.name)
    changes: dict[str, Any] = {"settings": plain} if plain else {}
    if "cta" in variant.settings:
        changes["texts"] = _texts(variant.settings["cta"], plain.get("channel", site.settings["channel"]), site)
    if "invitation" in variant.settings:
        speaking = {rule["id"] for rule in variant.settings["invitation"]}
        rules = tuple(replace(rule, is_on=rule.id in speaking) for rule in site.invitations.rules)
        changes["invitations"] = replace(site.invitations, rules=rules)
    return changes


def _texts(words: Mapping[str, Any], channel: str, site: Site) -> dict[str, Any]:
    of_channel = {**site.texts[channel]}
    for language, said in words.items():
        of_channel[language] = {**of_channel.get(language, {}), **said}
    return {**site.texts, channel: of_channel}


def kept_of(changes: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """Return what ``changes`` replace, as it is written into the log."""
    kept: dict[str, Any] = {}
    if "settings" in changes:
        kept["settings"] = {lever: site.settings[lever] for lever in changes["settings"]}
    if "texts" in changes:
        kept["texts"] = {channel: site.texts[channel] for channel in changes["texts"]}
    if "invitations" in changes:
        kept["invitations"] = site.invitations.as_stored()
    return kept


def still_shows(made: Mapping[str, Any], site: Site) -> bool:
    """Tell whether the site is as the rollout left it (``made`` comes from the log, so it is compared as JSON)."""
    return json.dumps(made, sort_keys=True) == json.dumps(kept_of(made, site), sort_keys=True)


def read_kept(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that put back what the log kept."""
    changes = dict(kept)
    if "invitations" in changes:
        changes["invitations"] = Invitations.of(changes["invitations"])
    return changes


def find_rollout(log: Sequence[Any]) -> Mapping[str, Any] | None:
    """Return the detail of the rollout in force: the last one, unless it was taken back."""
    rolled = [row for row in log if row.what in ("rolled_out", "rolled_back")]
    return rolled[-1].detail if rolled and rolled[-1].what == "rolled_out" else None
