"""The commands of the sample city, which a house in production does not have."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from backend.app import load_settings, with_everything_open
from backend.engines.gates.rules import Direction
from backend.sample import gate, replay, seed, stage

commands = typer.Typer()


@commands.command("seed")
def seed_city(
    number: Annotated[int, typer.Option(help="Another number, another city.")] = seed.SEED,
) -> None:
    """Fill an empty database with the sample city."""
    try:
        with_everything_open(seed.build(seed=number, progress=typer.echo))
    except seed.NotEmpty as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None


@commands.command()
def demo(
    *,
    check: Annotated[bool, typer.Option("--check", help="Drive one demand through.")] = False,
    month: Annotated[bool, typer.Option("--month", help="Play a month of money.")] = False,
) -> None:
    """Start the sample city with everything it needs; Ctrl-C ends all of it."""
    raise typer.Exit(stage.check() if check else stage.tell_a_month() if month else stage.show())


@commands.command("gate")
def drive(
    direction: Direction,
    plate: str,
    *,
    ask: Annotated[bool, typer.Option("--ask", help="Only stand at the barrier.")] = False,
    api: Annotated[str, typer.Option(help="Where the demo answers.")] = "",
) -> None:
    """Drive a car to the demo's barrier (in or out); it passes when the barrier opens."""
    where = api or f"http://127.0.0.1:{load_settings().port}"
    said = asyncio.run(gate.play(where, direction, plate, is_asking=ask))
    typer.echo(f"{said['action']}\t{said['reason']}\t{said['words']}")


@commands.command("replay")
def send(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    limit: Annotated[int, typer.Option(help="Only the first so many.")] = 0,
) -> None:
    """Send every demand of a JSON-lines file through the public API of a throw-away city."""
    raise typer.Exit(replay.run(file, limit))
