"""Sends the applications of this folder to the portal, without a server, and prints what each company is told.

python examples/service_provider_portal/demo.py [en|zh|ru]
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app import app, now  # type: ignore[import-not-found]  # it lies beside this file
from fastapi.testclient import TestClient

HERE = Path(__file__).resolve().parent


def main(language: str) -> None:
    """Print the answer to each application, as of 1 June 2026."""
    app.dependency_overrides[now] = lambda: datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    with TestClient(app) as portal:
        for file in sorted((HERE / "applications").glob("*.json")):
            papers = json.loads(file.read_text(encoding="utf-8"))
            answer = portal.post("/pool-check", params={"language": language}, json=papers).json()
            print(f"{answer['partner']} {papers['legal_name']}: {answer['may_enter']} ({answer['step']})")
            for gap in answer["missing"]:
                print(f"  {gap['state']:9} {gap['title']} [{gap['source']}]")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "en")
