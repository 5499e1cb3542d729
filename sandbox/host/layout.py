"""Where everything is: the repository and, in its git-ignored `.sandbox`, the bench."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HOST = REPOSITORY / "sandbox" / "host"
PINS = HOST / "pins"

BENCH = REPOSITORY / ".sandbox"
MARKER = BENCH / "made-by-production-orders"
APPS = BENCH / "apps"
SITES = BENCH / "sites"
CONFIG = BENCH / "config"
LOGS = BENCH / "logs"
RUN = BENCH / "run"
STAMPS = BENCH / "stamps"
SNAPSHOTS = BENCH / "snapshots"
DATABASE = BENCH / "mariadb"
ENVIRONMENT = BENCH / "env"
PYTHON = ENVIRONMENT / "bin" / "python"
FRAPPE = APPS / "frappe"

DEMO_SITE = "demo.localhost"
TEST_SITE = "test.localhost"
