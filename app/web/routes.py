"""Every address of the workbench, with the role it needs: pages (GET) and changes (POST)."""

from __future__ import annotations

from app.web.base.access import Role
from app.web.base.page import Screen
from app.web.screens import (
    ask,
    compare,
    families,
    how,
    judge,
    operations,
    overview,
    query,
    sidebyside,
    studies,
    technology,
    trust,
    work,
)

SCREENS = (
    Screen("/", "overview", overview.overview, Role.reader, "Overview", in_menu=True),
    Screen("/technology/{technology}", "technology", technology.technology, Role.reader, "Technology"),
    Screen("/families", "families", families.families, Role.analyst, "Families", in_menu=True),
    Screen("/family/{family:path}", "family", families.family, Role.analyst, "Family"),
    Screen("/compare/countries", "compare_countries", compare.countries, Role.reader, "Countries", group="Compare"),
    Screen("/compare/runs", "compare_runs", compare.runs, Role.reader, "Two runs", group="Compare"),
    Screen(
        "/compare/technologies",
        "compare_technologies",
        sidebyside.technologies,
        Role.reader,
        "Technologies",
        group="Compare",
    ),
    Screen("/quality", "quality", trust.quality, Role.reader, "Search quality", group="Evidence"),
    Screen("/quality/{technology}", "quality_one", trust.quality_one, Role.reader, "Search quality of a technology"),
    Screen("/completeness", "completeness", trust.completeness, Role.reader, "Completeness", group="Evidence"),
    Screen("/sensitivity", "sensitivity", trust.sensitivity, Role.reader, "Other choices", group="Evidence"),
    Screen("/holders", "holders", trust.holders, Role.reader, "Holders", group="Evidence"),
    Screen("/forecast", "forecast", trust.forecast, Role.reader, "In twelve months", group="Evidence"),
    Screen("/query/{technology}", "query", query.query_page, Role.analyst, "Try a query", is_live=True),
    Screen("/alerts", "alerts", operations.alerts, Role.reader, "Alerts", in_menu=True),
    Screen("/alerts/{alert}", "alert", operations.alert, Role.reader, "Alert"),
    Screen("/now", "now", operations.now, Role.reader, "Under way", is_live=True),
    Screen("/sources", "sources", operations.sources, Role.reader, "Sources and runs", in_menu=True, is_live=True),
    Screen("/sql", "sql", ask.ask, Role.analyst, "SQL", in_menu=True, is_live=True),
    Screen("/studies", "studies", studies.studies, Role.analyst, "Studies", in_menu=True, is_live=True),
    Screen("/studies/{study}", "study", studies.study, Role.analyst, "A study", is_live=True),
    Screen("/judge", "judge", judge.judge, Role.steward, "Judge a sample", is_live=True),
    Screen("/judge/{sheet}", "judge_sheet", judge.judge_sheet, Role.steward, "Families to judge", is_live=True),
    Screen("/work", "work", work.work, Role.steward, "Work", in_menu=True, is_live=True),
    Screen("/how", "how", how.how, Role.reader, "How it is built", in_menu=True),
)
