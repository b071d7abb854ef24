"""Archives that look like trained models: what a program reads of them before it loads one."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import yaml

from bot.engine import training


def archive(path: Path, **domain: Any) -> Path:
    """A model of the present domain, with parts of it replaced."""
    here = yaml.safe_load((training.PROJECT / "domain.yml").read_text("utf-8"))
    nodes = {"run": {"uses": "nlu.components.classifier.IntentClassifier"}}
    told = json.dumps({"domain": {**here, **domain}, "predict_schema": {"nodes": nodes}}).encode()
    member = tarfile.TarInfo("metadata.json")
    member.size = len(told)
    with tarfile.open(path, "w:gz") as file:
        file.addfile(member, io.BytesIO(told))
    return path
