"""Plans, changes, explanations and forecasts as JSON: what commands print and the API answers."""

from __future__ import annotations

from typing import Any

from udmelding.casework.case.as_json import iso, verdict_values
from udmelding.rules.case.council import CouncilPlan
from udmelding.rules.plan.explained import ExplainedDate, Explanation
from udmelding.rules.plan.forecast import Forecast
from udmelding.rules.plan.must_leave import MustLeave
from udmelding.rules.plan.plan import Plan
from udmelding.rules.plan.plan_change import DateChange, PlanChange
from udmelding.rules.plan.plan_wording import critical_path
from udmelding.rules.plan.shared_meetings import CommonMeeting


def plan_values(plan: Plan) -> dict[str, Any]:
    """The plan: feasible, deadline, what it misses, and one row for each step."""
    return {
        "verdict": verdict_values(plan),
        "feasible": plan.feasible,
        "deadline": plan.deadline.isoformat(),
        "misses_by_days": plan.misses_by,
        "steps": [
            {
                "id": step.id,
                "title": step.title,
                "earliest": iso(step.earliest),
                "planned": iso(step.planned),
                "latest": iso(step.latest),
                "slack_days": step.slack_days,
                "papers_due": iso(step.papers_due_on),
                "assumed": step.is_assumed,
                "done": step.is_done,
                "as_written": step.as_written,
                "why": step.why,
            }
            for step in plan.steps
        ],
        "misses": [
            {"step": step.id, "planned": iso(step.planned), "days": -step.slack_days}
            for step in plan.steps
            if step.slack_days is not None and step.slack_days < 0 and not step.is_done
        ],
        "warnings": list(plan.warnings),
        "assumes": list(plan.assumes),
        "ready_on": iso(plan.ready_on),
        "councils": [council_values(row) for row in plan.councils],
        "late_councils": [row.name for row in plan.late_councils],
        "critical_path": list(critical_path(plan)),
    }


def council_values(row: CouncilPlan) -> dict[str, Any]:
    """One council of the plan, with the meetings it is planned to pass."""
    return {
        "party": row.party,
        "name": row.name,
        "state": row.state.value,
        "earliest": iso(row.earliest),
        "planned": iso(row.planned),
        "latest": iso(row.latest),
        "slack_days": row.slack_days,
        "next_meeting": iso(row.next_meeting),
        "ready_by": iso(row.ready_by),
        "source": row.origin.value,
        "assumed": row.is_assumed,
        "passed_unreported": iso(row.passed_on),
        "meetings": [
            {
                "level": meeting.level.value,
                "held": meeting.held_on.isoformat(),
                "papers_due": iso(meeting.papers_due_on),
                "source": meeting.origin.value,
            }
            for meeting in row.chain
        ],
    }


def change_values(change: PlanChange) -> dict[str, Any]:
    """Before and after of one case."""
    return {
        "reference": change.reference,
        "feasible_before": change.before.feasible if change.before else None,
        "feasible_after": change.after.feasible if change.after else None,
        "dates": [_date_change(item) for item in change.dates],
        "due_dates": [_date_change(item) for item in change.due_dates],
        "impossible": list(change.impossible),
        "possible": list(change.possible),
        "fixed": list(change.fixed),
    }


def _date_change(item: DateChange) -> dict[str, Any]:
    return {
        "what": item.what,
        "step": item.step,
        "party": item.party,
        "before": iso(item.before),
        "after": iso(item.after),
        "moved_days": item.moved_days,
        "source": item.origin.value,
    }


def must_leave_values(choice: MustLeave) -> dict[str, Any]:
    """One choice of how late the report may leave."""
    return {
        "councils": choice.councils,
        "total": choice.total,
        "leaves_by": choice.leaves_by.isoformat(),
        "meetings": [
            {"step": step, "held": day.isoformat(), "assumed": step in choice.assumed}
            for step, day in choice.meetings
        ],
        "without": list(choice.without),
    }


def explanation_values(item: Explanation) -> dict[str, Any]:
    """Every date of one step or party, explained."""
    return {
        "subject": item.subject,
        "sentences": list(item.sentences),
        "dates": [_explained(date) for date in item.dates],
    }


def _explained(date: ExplainedDate) -> dict[str, Any]:
    return {
        "what": date.what,
        "day": iso(date.day),
        "as_written": date.as_written,
        "source": date.source.value,
        "source_text": date.source_text,
        "arithmetic": list(date.arithmetic),
        "counted": list(date.counted),
        "earlier": [
            {
                "day": before.day.isoformat(),
                "until": before.until.isoformat(),
                "changed_by": before.changed_by,
                "source": before.source,
            }
            for before in date.earlier
        ],
    }


def forecast_values(found: Forecast) -> dict[str, Any]:
    """The forecast of one case."""
    return {
        "reference": found.reference,
        "as_of": found.as_of.isoformat(),
        "deadline": found.deadline.isoformat(),
        "ready_on": iso(found.ready_on),
        "total": found.total,
        "country_total": found.country_total,
        "country_untold": found.country_untold,
        "counts": [
            {"day": c.day.isoformat(), "region": c.region, "country": c.country}
            for c in found.counts
        ],
        "needs_reservation": bool(found.reservation_for),
        "reservation_for": [row.name for row in found.reservation_for],
        "councils": [
            {
                "party": row.party,
                "name": row.name,
                "expected": iso(row.expected_on),
                "basis": row.basis.value,
                "late": row.is_late,
                "lead_time": {
                    "median": row.lead_time.median,
                    "low": row.lead_time.low,
                    "high": row.lead_time.high,
                    "count": row.lead_time.count,
                    "own": row.lead_time.is_own,
                }
                if row.lead_time
                else None,
            }
            for row in found.councils
        ],
    }


def meeting_values(meeting: CommonMeeting) -> dict[str, Any]:
    """One coming meeting with the cases on its agenda."""
    return {
        "area": meeting.area,
        "body": meeting.body,
        "name": meeting.name,
        "held": meeting.held_on.isoformat(),
        "papers_due": iso(meeting.papers_due_on),
        "cases": [
            {
                "reference": paper.reference,
                "papers_due": iso(paper.papers_due_on),
                "last_chance": paper.is_last_chance,
            }
            for paper in meeting.papers
        ],
    }
