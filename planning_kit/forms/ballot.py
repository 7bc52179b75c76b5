"""Silent votes on a guided page: who has voted, and the reveal. The participants' pages are served elsewhere."""

from __future__ import annotations

from planning_kit import ballots
from planning_kit.forms.page import Answer, Part
from planning_kit.forms.session import Session
from planning_kit.spec import Ballot, Step


class BallotView(Part):
    """Who has voted on a ballot of the step, and the button that reveals all votes at once."""

    def __init__(self, session: Session, step: Step, ballot: Ballot) -> None:
        self.ballot = ballot
        super().__init__(session, step, "ballot")

    def state(self) -> Answer:
        """Return who has voted, never what."""
        where = ballots.standing(self.book, self.ballot)
        voters = [(self.book.label(one), filled, done) for one, (filled, done) in where.votes.items()]
        return {
            "title": self.ballot.title,
            "help": self.ballot.help,
            "command": f"planning-kit share {self.book.path.name} --step {self.step.number}",
            "voters": [{"name": name, "done": done, "filled": filled} for name, filled, done in sorted(voters)],
            "ready": where.ready,
            "revealed": where.revealed_at[:16].replace("T", " "),
        }

    def beat(self) -> None:
        """Look again: votes are no changes of the plan."""
        self.changed(())

    def on_reveal(self, message: Answer) -> Answer:
        """Write the votes into the plan."""
        ballots.reveal(self.book, self.ballot)
        return self.on_open(message)

    def on_again(self, message: Answer) -> Answer:
        """Open a new round."""
        self.book.store.sealed.begin_again(self.ballot.name)
        return self.on_open(message)
