"""Invented charts, a network and a map for the page of components."""

from django.utils.translation import gettext as _

from mayak.kernel.ui.charts import Chart, Threshold, bar_chart, histogram, line_chart, small_multiples
from mayak.kernel.ui.pictures import MapPicture, MapPoint, NetworkEdge, NetworkNode, NetworkPicture

YEARS = ("2021", "2022", "2023", "2024")


def sample_charts() -> list[Chart]:
    """Return one chart of each kind."""
    return [_bars(), _lines(), _peaks(), _panels()]


def sample_network() -> NetworkPicture:
    """Return three lead schools and their six partners."""
    leads = {"a": "Приозёрная СОШ № 1", "b": "Заречная СОШ", "c": "Лесная СОШ № 2"}
    partners = {
        "d": "Каменская ООШ",
        "e": "Ольховская СОШ",
        "f": "Тихопристанская ООШ",
        "g": "Берёзовская СОШ № 3",
        "h": "Сосновская СОШ",
        "i": "Верхнереченская ООШ",
    }
    lead, mentored = _("lead school"), _("school with low results")
    nodes = [NetworkNode(key, name, lead) for key, name in leads.items()]
    nodes += [NetworkNode(key, name, mentored) for key, name in partners.items()]
    ties = [("a", "d"), ("a", "e"), ("a", "f"), ("b", "g"), ("b", "h"), ("c", "i")]
    edges = [NetworkEdge(source, target, _("mathematics"), weight=2) for source, target in ties]
    return NetworkPicture(
        nodes,
        edges,
        title=_("Partnerships of schools"),
        summary=_("3 lead schools work with 6 schools; one of them has three partners."),
        columns=(_("Lead school"), _("Partner"), _("Subject")),
    )


def sample_map() -> MapPicture:
    """Return five invented places."""
    places = [
        ("Берёзовка", 59.91, 31.02, "bad"),
        ("Заречное", 59.98, 31.40, "good"),
        ("Каменка", 59.78, 31.33, "bad"),
        ("Ольховка", 60.05, 31.12, "bad"),
        ("Сосновый Бор", 59.84, 31.62, "good"),
    ]
    words = {"bad": _("below the threshold"), "good": _("steady")}
    return MapPicture(
        [MapPoint(name, north, east, group=words[tone], tone=tone) for name, north, east, tone in places],
        title=_("Where the schools stand"),
        summary=_("Three of five schools are below the threshold; the nearest lead school is 14 km away."),
    )


def _bars() -> Chart:
    return bar_chart(
        _("Share of mark 2, %"),
        _("Mathematics has been above the threshold for the last two years."),
        [_("Year"), _("Mathematics"), _("Russian language")],
        [("2021", 12.5, 9.1), ("2022", 14.2, 10.4), ("2023", 17.8, 9.9), ("2024", 19.3, 11.2)],
        threshold=Threshold(15, _("threshold 15 %")),
    )


def _lines() -> Chart:
    return line_chart(
        _("Mean mark"),
        _("All three subjects fell a little in 2023 and rose again."),
        [_("Year"), _("Mathematics"), _("Russian language"), _("Physics")],
        [
            ("2021", 3.61, 3.72, 3.55),
            ("2022", 3.64, 3.70, 3.52),
            ("2023", 3.41, 3.62, 3.38),
            ("2024", 3.55, 3.74, 3.49),
        ],
    )


def _peaks() -> Chart:
    counts = (1, 2, 4, 6, 5, 4, 19, 12, 9, 8, 22, 14, 9, 5, 18, 7, 3)
    return histogram(
        _("Distribution of points"),
        _("Peaks stand exactly at the borders of marks: 6, 10 and 14 points."),
        [_("Points"), _("Participants")],
        list(enumerate(counts)),
        borders=(6, 10, 14),
    )


def _panels() -> Chart:
    rows = [
        (_("Mathematics"), 12, 14, 18, 19),
        (_("Russian language"), 9, 10, 10, 11),
        (_("Physics"), 22, 19, 16, 13),
        (_("History"), 5, 6, 4, 6),
        (_("Biology"), 8, 12, 11, 9),
        (_("Geography"), 16, 15, 12, 10),
    ]
    return small_multiples(
        _("Share of mark 2 by subjects, %"),
        _("Physics and geography improve every year, mathematics gets worse."),
        [_("Subject"), *YEARS],
        rows,
        threshold=Threshold(15, _("threshold 15 %")),
    )
