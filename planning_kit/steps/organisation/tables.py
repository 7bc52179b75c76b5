"""Who plans: the profile of the plan, units, people, what they cost and when they are there."""

from typing import Literal

from planning_kit.spec import Date, Flag, Money, Number, Ref, Row, Text, Texts, Whole, field


class Profile(Row, prefix="PF", noun="profile", key=("name",), role="profile", single=True):
    """What this plan is, who leads it and the time it covers. One row."""

    name: Text = field("Name of the plan", needed=True, doc="As people will say it, for example Libraries 2030.")
    organisation: Text = field(
        "Organisation", needed=True, role="organisation", doc="The name printed at the head of every report."
    )
    kind: (
        Literal[
            "strategic",
            "annual_operating",
            "marketing",
            "sales_and_account",
            "recruitment",
            "communications",
            "capital_improvement",
            "audit",
        ]
        | None
    ) = field("Kind of plan", role="kind", default="strategic", doc="Which kind of plan this is; each has a template.")
    leader: Ref = field(
        "Plan leader",
        to="people",
        needed=True,
        role="leader",
        doc="The one person to go to with any question about the plan; named on every page and report.",
    )
    sponsor: Ref = field("Sponsor", to="people", doc="The senior person who wants this plan and clears the way for it.")
    start: Date = field("Start", needed=True, role="start", doc="First day the plan covers, for example 2027-01-01.")
    finish: Date = field(
        "Finish",
        needed=True,
        role="finish",
        doc="Last day the plan covers; three to five years for a strategy.",
    )
    fiscal_year_start: Whole = field(
        "Fiscal year starts in month",
        role="fiscal_year_start",
        default=1,
        least=1,
        most=12,
        more=True,
        doc="1 for January, 4 for April, 10 for October. A fiscal year is named after the year it ends in.",
    )
    currency: Text = field(
        "Currency",
        needed=True,
        role="currency",
        doc="Three letters after ISO 4217, for example EUR, USD or GBP.",
    )
    country: Text = field(
        "Country of the calendar",
        role="calendar_country",
        doc="Two letters, for its public holidays: DE, US, GB. A region may follow: DE-BY.",
    )
    working_days: Texts = field(
        "Working days",
        role="working_days",
        default=("mon", "tue", "wed", "thu", "fri"),
        more=True,
        doc="The days of the week on which work is done: mon; tue; wed; thu; fri; sat; sun.",
    )
    hours_per_day: Number = field(
        "Hours per working day",
        uom="hours",
        role="hours_per_day",
        default=8.0,
        least=1,
        most=24,
        more=True,
        doc="Turns days of work into hours, for example 7.7.",
    )
    as_of: Date = field("As of", role="as_of", more=True, doc="Look at the plan as of this date; empty means today.")


class Units(Row, prefix="U", noun="unit", key=("name",), role="units"):
    """Parts of the organisation that take on work, with partners and suppliers."""

    name: Text = field("Unit", needed=True, doc="The name people use for it, for example Branches and Outreach.")
    kind: Literal["corporate", "division", "department", "team", "partner", "supplier"] | None = field(
        "Kind", default="department", doc="Partner and supplier stand outside the organisation."
    )
    parent: Ref = field("Part of", to="units", doc="The unit above it; empty for the whole organisation.")
    head: Ref = field("Head", to="people", doc="Who leads the unit and speaks for it in the planning room.")


class People(Row, prefix="P", noun="person", key=("name",), role="people"):
    """People, or roles that are yet to be filled, who own and do the work."""

    name: Text = field(
        "Name",
        needed=True,
        doc="First and last name; for a post not yet filled, the role in square brackets.",
    )
    role: Text = field("Role", doc="What the person is here for, for example systems librarian.")
    unit: Ref = field("Unit", to="units", doc="The unit the person works in.")
    grade: Ref = field("Grade", to="grades", more=True, doc="Pay band used to price hours; never a person's pay.")
    email: Text = field("E-mail", more=True, doc="Where reports and reminders go, for example ana@example.org.")
    hours_per_week: Number = field(
        "Hours per week",
        uom="hours",
        default=40.0,
        least=0,
        most=80,
        more=True,
        doc="Contracted hours; 20 for half a post.",
    )
    change_share: Number = field(
        "Share for change work",
        uom="%",
        default=20.0,
        least=0,
        most=100,
        more=True,
        doc="How much of the week is free for the initiatives of this plan, besides the daily business.",
    )
    skills: Texts = field(
        "Skills", more=True, doc="What others would ask this person for: data migration; procurement; RFID."
    )


class Grades(Row, prefix="G", noun="grade", key=("name",), more=True):
    """Pay bands with an average cost, so that hours can be priced without anybody's pay."""

    name: Text = field("Grade", needed=True, doc="The band as your finance unit names it, for example E9.")
    cost_per_hour: Money = field(
        "Cost per hour", least=0, doc="Average full cost of one hour in this band; never a person's pay."
    )


class Availability(Row, prefix="AV", noun="availability", key=("person", "start"), more=True):
    """Times in which a person has more or fewer hours than usual. Reasons are private and not asked for."""

    person: Ref = field("Person", to="people", needed=True, doc="Whose hours change.")
    start: Date = field("From", needed=True, doc="First day of the change.")
    finish: Date = field("To", needed=True, doc="Last day of the change.")
    share: Number = field(
        "Share of usual hours",
        uom="%",
        needed=True,
        default=0.0,
        least=0,
        most=200,
        doc="0 when away, 50 for half the usual hours.",
    )


class CalendarExceptions(Row, prefix="CE", noun="calendar exception", key=("falls_on", "unit"), more=True):
    """Days that are not what the calendar says: closing days, working Saturdays."""

    falls_on: Date = field("Day", needed=True, doc="The day in question, for example 2027-12-24.")
    is_working: Flag = field("Working day", default=False, doc="Yes if people work on that day after all.")
    unit: Ref = field("Only for unit", to="units", doc="Leave empty when it holds for everybody.")
    note: Text = field("Note", doc="What the day is, for example stocktaking.")


class Resources(Row, prefix="RS", noun="resource", key=("name",), more=True):
    """Equipment, technology and rooms that can be booked up."""

    name: Text = field("Resource", needed=True, doc="For example book scanner, training room, test server.")
    kind: Literal["equipment", "technology", "room"] | None = field("Kind", doc="What sort of thing it is.")
    unit: Ref = field("Belongs to", to="units", doc="The unit that keeps it and lends it out.")
    capacity: Number = field(
        "Capacity",
        uom="days per week",
        least=0,
        doc="Days it can be used in a week, over all pieces: two scanners on five days make 10.",
    )


class Settings(Row, prefix="SE", noun="setting", key=("name",), role="settings", more=True):
    """Thresholds of this plan that differ from the defaults, each with a note saying why."""

    name: Text = field("Setting", needed=True, doc="Name of the threshold as the check's page shows it.")
    value: Number = field("Value", needed=True, doc="The value to use in this plan instead of the default.")
    note: Text = field("Why", doc="Why this plan needs another value, and who agreed to it.")


class Terms(Row, prefix="TE", noun="term", key=("name",), more=True):
    """The glossary: what your own words mean here, so that two units do not mean two things."""

    name: Text = field("Term", needed=True, doc="The word as your people use it, for example big play.")
    meaning: Text = field(
        "Meaning", needed=True, doc="What it is called in this workbook: strategy is the chosen option."
    )
    example: Text = field("Example", doc="One from your own plan says more than a definition.")
