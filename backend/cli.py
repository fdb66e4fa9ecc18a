"""The command line `linli`: run, migrate, look after keys, jobs, administrators and the audit."""

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from backend import worker as worker_process
from backend.app import (
    close_everything,
    database_config,
    load_settings,
    open_everything,
)
from backend.core import crypto, jobs, loader, migrations, sealing
from backend.engines.books import service as days
from backend.engines.gates.rules import Direction
from backend.engines.ledgers import queries as books
from backend.engines.ledgers import service as ledgers
from backend.engines.points import queries as points
from backend.engines.settlements import service as settlements
from backend.foundation.audit import service as audit
from backend.foundation.identity import service as identity
from backend.integrations import wechat_pay
from backend.sample import gate as sample_gate
from backend.sample import replay as sample_replay
from backend.sample import seed as sample_seed
from backend.sample import stage

main = typer.Typer(
    name="linli",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, keys among them
    help=__doc__,
)
_groups = {
    name: typer.Typer(no_args_is_help=True, help=text)
    for name, text in {
        "migrations": "The migrations themselves.",
        "outbox": "Jobs that failed for good.",
        "audit": "The chain of hashes.",
        "ledgers": "The books.",
        "points": "The time bank.",
        "keys": "What seals personal data.",
        "admin": "Administrators.",
        "settlements": "WeChat's bills against our books.",
    }.items()
}
for _name, _group in _groups.items():
    main.add_typer(_group, name=_name)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    async def inside() -> Any:
        await open_everything(load_settings())
        try:
            return await work
        finally:
            await close_everything()

    return asyncio.run(inside())


@main.command()
def serve() -> None:
    """Serve the API until stopped."""
    settings = load_settings()
    if settings.workers == 1:
        app = stage.application(settings)
        app.run(settings.host, settings.port, single_process=True, access_log=False, motd=False)
    else:
        stage.serve_many(settings)


@main.command()
def worker() -> None:
    """Run the outbox and what the clock starts, until stopped."""
    asyncio.run(worker_process.run(load_settings()))


@main.command()
def migrate() -> None:
    """Bring the database to this release."""
    done = asyncio.run(migrations.migrate(database_config(load_settings()), progress=typer.echo))
    typer.echo(f"applied: {', '.join(done) or 'nothing, it is up to date'}")


@_groups["migrations"].command("check")
def migrations_check() -> None:
    """Fail when the models say something that no migration does."""
    missing = asyncio.run(migrations.check(database_config(load_settings())))
    for line in missing:
        typer.echo(line)
    if missing:
        raise typer.Exit(1)
    typer.echo("models and migrations are in step")


@_groups["migrations"].command("make")
def migrations_make(name: str) -> None:
    """Write the migration that brings the files in step with the models."""
    path = asyncio.run(migrations.make(database_config(load_settings()), name))
    typer.echo(path or "nothing has changed")


@main.command()
def seed(
    number: Annotated[int, typer.Option(help="Another number, another city.")] = sample_seed.SEED,
) -> None:
    """Fill an empty database with the sample city."""
    try:
        _run(sample_seed.build(seed=number, progress=typer.echo))
    except sample_seed.NotEmpty as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


@main.command()
def demo(
    *,
    check: Annotated[bool, typer.Option("--check", help="Drive one demand through.")] = False,
    month: Annotated[bool, typer.Option("--month", help="Play a month of money.")] = False,
) -> None:
    """Start the sample city with everything it needs; Ctrl-C ends all of it."""
    raise typer.Exit(stage.check() if check else stage.tell_a_month() if month else stage.show())


@main.command()
def gate(
    direction: Direction,
    plate: str,
    *,
    ask: Annotated[bool, typer.Option("--ask", help="Only stand at the barrier.")] = False,
    api: Annotated[str, typer.Option(help="Where the demo answers.")] = "",
) -> None:
    """Drive a car to the demo's barrier (in or out); it passes when the barrier opens."""
    where = api or f"http://127.0.0.1:{load_settings().port}"
    said = asyncio.run(sample_gate.play(where, direction, plate, is_asking=ask))
    typer.echo(f"{said['action']}\t{said['reason']}\t{said['words']}")


@main.command()
def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    limit: Annotated[int, typer.Option(help="Only the first so many.")] = 0,
) -> None:
    """Send every demand of a JSON-lines file through the public API of a throw-away city."""
    raise typer.Exit(sample_replay.run(file, limit))


@_groups["outbox"].command("list")
def outbox_list() -> None:
    """Dead jobs with their last error."""

    async def work() -> None:
        for job in await jobs.dead():
            typer.echo(
                f"{job.id}\t{job.name}\t{job.attempts}\t{json.dumps(job.payload)}\t{job.error}"
            )
        typer.echo(json.dumps(await jobs.backlog()))

    _run(work())


@_groups["outbox"].command("revive")
def outbox_revive(ids: Annotated[list[int] | None, typer.Argument()] = None) -> None:
    """Give dead jobs another round of attempts: those named, or all."""
    typer.echo(_run(jobs.revive(ids or None)))


@_groups["audit"].command("verify")
def audit_verify() -> None:
    """Check every chain; fail when an entry was edited, removed, moved or cut off."""
    report = _run(audit.verify())
    typer.echo(report.text())
    if not report.is_whole:
        raise typer.Exit(1)


@_groups["ledgers"].command("verify")
def ledgers_verify() -> None:
    """Check the books; fail when a posting, a balance, a floor or a key is not as it must be."""
    found = _run(books.check())
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("the books agree")


@_groups["points"].command("verify")
def points_verify() -> None:
    """Check the books of points; fail when entries, balances, lots or holds do not agree."""
    found = _run(points.check())
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("the points agree")


@_groups["ledgers"].command("recount")
def ledgers_recount() -> None:
    """Have all checkpoints of the books made anew, by the worker."""
    _run(ledgers.recount())
    typer.echo("the worker makes the checkpoints anew")


@_groups["keys"].command("new")
def keys_new(name: str) -> None:
    """A fresh key, to stand first in LINLI_SECRET_KEYS."""
    typer.echo(crypto.new_key(name))


@_groups["keys"].command("rotate")
def keys_rotate() -> None:
    """Seal everything anew that an older key sealed."""
    typer.echo(f"{_run(_seal_anew())} values sealed anew")


async def _seal_anew() -> int:
    count = await audit.sign_heads_anew()
    while some := await sealing.seal_anew():
        count += some
    return count


@_groups["settlements"].command("run")
def settlements_run(
    date: Annotated[str | None, typer.Option(help="Compare this day again, 2026-11-24.")] = None,
) -> None:
    """Fetch the bills that are due, compare their days, and write down the books of days over."""

    async def work() -> dict[str, int | None]:
        loader.load("reactions")
        loader.load("jobs")
        found = await settlements.run(wechat_pay.api().merchant.mchid, date)
        await days.write_due()
        return found

    for day, waiting in _run(work()).items():
        typer.echo(f"{day}\t{'bills missing' if waiting is None else f'{waiting} to be ruled'}")


@_groups["settlements"].command("show")
def settlements_show() -> None:
    """The latest bills, and the differences that wait for a ruling."""
    for line in _run(settlements.report()):
        typer.echo(line)


@_groups["admin"].command("create")
def admin_create(
    username: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Create an administrator; prints the address for the authenticator app, once."""
    typer.echo(_run(identity.create_administrator(username, password)))


if __name__ == "__main__":
    main()
