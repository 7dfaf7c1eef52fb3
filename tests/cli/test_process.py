"""The command as a process of its own: exit codes, encodings, output that nobody reads. Never a Python traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "partnerrules")
NOW = "2026-03-01T09:00:00+08:00"


def start(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, check=False, env={**os.environ, **environment}, timeout=120
    )
    assert b"Traceback" not in done.stdout + done.stderr
    return done


@pytest.mark.usefixtures("desk")
def test_the_way_of_a_new_user() -> None:
    for arguments in (["new", "mine"], ["check", "mine"], ["test", "mine", "--coverage"], ["fmt", "--check", "mine"]):
        assert start(*arguments).returncode == 0, arguments
    assert start("check", "nowhere").returncode == 2
    assert start("decide", "mine", "facts.yaml", "--as-of", NOW).returncode == 3  # `exam_pass_rate` is no field there


@pytest.mark.usefixtures("desk")
def test_output_is_utf_8_where_the_locale_is_ascii() -> None:
    arguments = ("decide", "northern", "facts.yaml", "--as-of", NOW, "--language", "zh", "--policy", "admission")
    done = start(*arguments, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0
    assert "准入" in done.stdout.decode("utf-8")


@pytest.mark.usefixtures("desk")
def test_a_name_that_is_no_utf_8_is_shown_all_the_same() -> None:
    done = subprocess.run([*COMMAND, "check", b"north\xff"], capture_output=True, check=False, timeout=120)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break differently there")
def test_output_that_nobody_reads_ends_quietly() -> None:
    with subprocess.Popen([*COMMAND, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=120)
    assert said == b""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_said_so() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, "schema"], stdout=full, stderr=subprocess.PIPE, check=False, timeout=120)
    assert done.returncode == 2
    assert b"no space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_place_of_a_file_does_not_hang(desk: Path) -> None:
    (desk / "northern" / "cases.yaml").unlink()
    os.mkfifo(desk / "northern" / "cases.yaml")
    os.mkfifo(desk / "pipe.yaml")
    assert start("test", "northern").returncode == 1
    assert start("decide", "northern", "pipe.yaml", "--as-of", NOW).returncode == 3


INTERRUPTED = """
import sys
from partnerrules.cli import main, test
def interrupt(*arguments, **options):
    raise KeyboardInterrupt
test.run_cases = interrupt
sys.argv = ["partnerrules", "test", "northern"]
main()
"""

MISTAKEN = INTERRUPTED.replace("raise KeyboardInterrupt", 'raise AssertionError("a table\\nwithout legs")')


def test_an_interrupt_ends_quietly() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, check=False, timeout=120)
    assert done.returncode == 128 + signal.SIGINT
    assert b"Traceback" not in done.stderr


def test_a_mistake_of_ours_asks_for_a_report() -> None:
    done = subprocess.run([sys.executable, "-c", MISTAKEN], capture_output=True, check=False, timeout=120)
    assert done.returncode == 70
    assert done.stderr.startswith(
        b"partnerrules: a mistake of partnerrules itself, please report it: AssertionError at "
    )
    assert done.stderr.count(b"\n") == 1


def test_help_names_every_command() -> None:
    done = start("--help")
    assert done.returncode == 0
    for command in (b"check", b"decide", b"test", b"schema", b"fmt", b"new"):
        assert command in done.stdout
        assert start(command.decode(), "--help").returncode == 0


def test_the_version_is_shown() -> None:
    assert start("--version").stdout.startswith(b"partnerrules ")
