"""A harvest killed at any moment goes on where it was: nothing that landed is asked again, nothing is missing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.catalogue.load import packaged_catalogue
from etl.fetch import landing
from etl.sources.registry import source as source_named
from office.corpus.corpus import build_corpus
from office.service.office import Office
from warehouse.migrate import migrate
from warehouse.workspace import Workspace

AS_OF = date(2021, 5, 31)
CHILD = """
import sys
from datetime import date
from pathlib import Path
import duckdb
from etl.catalogue.load import packaged_catalogue
from etl.harvest import HarvestTarget, harvest
from etl.sources.settings import load_settings
from warehouse.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
targets = [
    HarvestTarget(t.id, t.parsed, t.query_hash) for t in packaged_catalogue().technologies if t.status == "watched"
][:6]
with duckdb.connect(str(workspace.core)) as con:
    harvest(con, workspace, load_settings(workspace.settings_file), 1, targets, as_of=date(2021, 5, 31))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_killed_again_and_again(tmp_path: Path):
    corpus = build_corpus(families_per_technology=60)
    draw = random.Random(5)
    workspace = Workspace(tmp_path)
    workspace.make_folders()
    with duckdb.connect(str(workspace.core)) as con:
        migrate(con)
    secrets = ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN")
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), **dict.fromkeys(secrets, "synthetic")}
    kills = 0
    with Office(corpus) as office:
        services = office.addresses
        workspace.settings_file.write_text(
            f'[sources.epo_ops]\nbase_url = "{services.epo_ops}"\n'
            f'[sources.lens]\nbase_url = "{services.lens}"\nrequests_per_minute = 100000\npage_size = 25\n'
        )
        for _ in range(40):
            child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], env=environment)
            before, wait = len(office.state.requests), draw.randint(1, 12)
            while child.poll() is None and len(office.state.requests) < before + wait:
                time.sleep(0.005)
            time.sleep(draw.random() * 0.05)
            if child.poll() is None and kills < 12:
                child.send_signal(signal.SIGKILL)
                kills += 1
            if child.wait() == 0:
                break
        assert child.returncode == 0
        assert kills >= 5
    technologies = {t.id for t in [t for t in packaged_catalogue().technologies if t.status == "watched"][:6]}
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
