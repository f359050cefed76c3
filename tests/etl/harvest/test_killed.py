"""A harvest killed at any moment goes on where it was: nothing that landed is asked again, nothing is missing."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.catalogue.load import packaged_catalogue
from etl.catalogue.models import Technology
from etl.fetch import landing
from etl.harvest import HarvestTarget, harvest
from etl.sources.registry import source as source_named
from etl.sources.settings import load_settings
from office.service.office import Office
from tests.corpora import small
from warehouse.migrate import migrate
from warehouse.workspace import Workspace

AS_OF = date(2021, 5, 31)
SECRETS = ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN")


def child(root: str) -> None:
    """Harvest in a process of its own."""
    os.environ.update(dict.fromkeys(SECRETS, "synthetic"))
    workspace = Workspace(Path(root))
    targets = [HarvestTarget(t.id, t.parsed, t.query_hash) for t in watched()]
    with duckdb.connect(str(workspace.core)) as con:
        harvest(con, workspace, load_settings(workspace.settings_file), 1, targets, as_of=AS_OF)


def watched() -> list[Technology]:
    return [t for t in packaged_catalogue().technologies if t.status == "watched"][:6]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_killed_again_and_again(tmp_path: Path):
    corpus = small()
    draw = random.Random(5)
    workspace = Workspace(tmp_path)
    workspace.make_folders()
    with duckdb.connect(str(workspace.core)) as con:
        migrate(con)
    kills = 0
    context = multiprocessing.get_context("forkserver")  # a process that imports first is killed before it asks
    context.set_forkserver_preload(["tests.etl.harvest.test_killed"])
    with Office(corpus) as office:
        services = office.addresses
        workspace.settings_file.write_text(
            f'[sources.epo_ops]\nbase_url = "{services.epo_ops}"\n'
            f'[sources.lens]\nbase_url = "{services.lens}"\nrequests_per_minute = 100000\npage_size = 25\n'
        )
        for _ in range(40):
            process = context.Process(target=child, args=(str(tmp_path),))
            process.start()
            before, wait = len(office.state.requests), draw.randint(1, 12)
            while process.exitcode is None and len(office.state.requests) < before + wait:
                time.sleep(0.005)
            time.sleep(draw.random() * 0.05)
            if process.exitcode is None and kills < 12:
                process.kill()
                kills += 1
            process.join()
            if process.exitcode == 0:
                break
        assert process.exitcode == 0
        assert kills >= 5
    technologies = {t.id for t in watched()}
    with duckdb.connect(str(workspace.core)) as con:
        twice = con.execute(
            "SELECT request_key FROM pages WHERE state <> 'refused' GROUP BY ALL HAVING count(*) > 1"
        ).fetchall()
        assert twice == []
        assert con.execute("SELECT count(*) FROM slices WHERE state NOT IN ('done', 'split')").fetchone() == (0,)
        for source in ("epo_ops", "lens"):
            parse = source_named(source).parse
            received = {
                r.publication_number
                for page in landing.pages(con, run_id=1, source=source)
                for r in parse(landing.read(workspace, page.path), page.request, page.status).records
            }
            held = {
                p.key
                for family in corpus.families
                for p in family.publications
                if technologies & set(family.technologies) and p.visible(AS_OF)
                and (p.on_ops if source == "epo_ops" else p.on_lens)
            }  # fmt: skip
            assert received >= held
