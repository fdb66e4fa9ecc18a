"""The command line `linli`: run, migrate, look after keys, jobs, administrators and the audit."""

import asyncio
import json
from typing import Annotated

import typer

from backend import serving
from backend import worker as worker_process
from backend.app import create_app, database_config, load_settings, with_everything_open
from backend.core import crypto, jobs, loader, migrations, sealing
from backend.core.migration_runner import Step
from backend.engines.bills import queries as bills
from backend.engines.books import service as days
from backend.engines.ledgers import queries as books
from backend.engines.ledgers import service as ledgers
from backend.engines.points import queries as points
from backend.engines.settlements import service as settlements
from backend.features.mall import queries as mall
from backend.foundation.audit import service as audit
from backend.foundation.identity import service as identity
from backend.foundation.notify import queries as notify
from backend.integrations import wechat_pay
from backend.settings import Settings

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
        "mall": "The points mall.",
        "keys": "What seals personal data.",
        "admin": "Administrators.",
        "wechat": "What the account at WeChat needs.",
        "settlements": "WeChat's bills against our books.",
    }.items()
}
for _name, _group in _groups.items():
    main.add_typer(_group, name=_name)


application: serving.Application = create_app
if Settings().is_demo:
    # A house in production neither has a sample city nor keeps one in memory.
    from backend.sample import commands, stage

    application = stage.application
    main.add_typer(commands.commands)


@main.command()
def serve() -> None:
    """Serve the API until stopped."""
    serving.run(load_settings(), application)


@main.command()
def worker() -> None:
    """Run the outbox and what the clock starts, until stopped."""
    asyncio.run(worker_process.run(load_settings()))


@main.command()
def migrate() -> None:
    """Bring the database to this release."""

    def say(step: Step) -> None:
        typer.echo(f"{step.migration} {step.number}/{step.total} {step.operation}")

    done = asyncio.run(migrations.migrate(database_config(load_settings()), progress=say))
    typer.echo(f"applied: {', '.join(done) or 'nothing, it is up to date'}")


@_groups["migrations"].command("status")
def migrations_status() -> None:
    """What the database has of this release; fail while anything waits, broke off or is unknown."""
    found = asyncio.run(migrations.status(database_config(load_settings())))
    for line in found.lines():
        typer.echo(line)
    if not found.is_current:
        raise typer.Exit(1)


@_groups["migrations"].command("check")
def migrations_check() -> None:
    """Fail when the models say something that no migration does, or the files have two ends."""
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


@_groups["outbox"].command("list")
def outbox_list() -> None:
    """Dead jobs with their last error."""

    async def work() -> None:
        for job in await jobs.dead():
            typer.echo(
                f"{job.id}\t{job.name}\t{job.attempts}\t{json.dumps(job.payload)}\t{job.error}"
            )
        typer.echo(json.dumps(await jobs.backlog()))

    with_everything_open(work())


@_groups["outbox"].command("revive")
def outbox_revive(ids: Annotated[list[int] | None, typer.Argument()] = None) -> None:
    """Give dead jobs another round of attempts: those named, or all."""
    typer.echo(with_everything_open(jobs.revive(ids or None)))


@_groups["audit"].command("verify")
def audit_verify() -> None:
    """Check every chain; fail when an entry was edited, removed, moved or cut off."""
    report = with_everything_open(audit.verify())
    typer.echo(report.text())
    if not report.is_whole:
        raise typer.Exit(1)


@_groups["ledgers"].command("verify")
def ledgers_verify() -> None:
    """Check the books; fail when a posting, a balance, a floor or a key is not as it must be, or
    when a bill owes something else than its entries say."""

    async def work() -> list[str]:
        return [*await books.check(), *await bills.check()]

    _say(with_everything_open(work()), "the books agree")


@_groups["points"].command("verify")
def points_verify() -> None:
    """Check the books of points; fail when entries, balances, lots or holds do not agree."""
    _say(with_everything_open(points.check()), "the points agree")


@_groups["mall"].command("verify")
def mall_verify() -> None:
    """Check the shelves; fail when pieces, redemptions and the points for them do not agree."""
    _say(with_everything_open(mall.check()), "the shelves agree")


def _say(found: list[str], otherwise: str) -> None:
    """What is wrong, and fail; or that nothing is."""
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo(otherwise)


@_groups["ledgers"].command("recount")
def ledgers_recount() -> None:
    """Have all checkpoints of the books made anew, by the worker."""
    with_everything_open(ledgers.recount())
    typer.echo("the worker makes the checkpoints anew")


@_groups["keys"].command("new")
def keys_new(name: str) -> None:
    """A fresh key, to stand first in LINLI_SECRET_KEYS."""
    typer.echo(crypto.new_key(name))


@_groups["keys"].command("rotate")
def keys_rotate() -> None:
    """Seal everything anew that an older key sealed."""
    typer.echo(f"{with_everything_open(_seal_anew())} values sealed anew")


async def _seal_anew() -> int:
    count = await audit.sign_heads_anew()
    while some := await sealing.seal_anew():
        count += some
    return count


@_groups["wechat"].command("templates")
def wechat_templates() -> None:
    """The subscription messages to apply for, as JSON; LINLI_WECHAT_TEMPLATE_IDS maps each `id`
    to the one that WeChat gives it."""
    loader.load_work()
    typer.echo(notify.templates_for_wechat())


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

    for day, waiting in with_everything_open(work()).items():
        typer.echo(f"{day}\t{'bills missing' if waiting is None else f'{waiting} to be ruled'}")


@_groups["settlements"].command("show")
def settlements_show() -> None:
    """The latest bills, and the differences that wait for a ruling."""
    for line in with_everything_open(settlements.report()):
        typer.echo(line)


@_groups["admin"].command("create")
def admin_create(
    username: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Create an administrator, or give a known one a new password and second factor; prints the
    address for the authenticator app, once."""
    typer.echo(with_everything_open(identity.create_administrator(username, password)))


if __name__ == "__main__":
    main()
