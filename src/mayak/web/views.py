"""Pages of the shell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mayak.kernel.ui.today import figures_for, tasks_for


def today(request: HttpRequest) -> HttpResponse:
    """Show what to do today, then the health of the programme."""
    tasks = tasks_for(request)
    unfinished = [task for task in tasks if not task.is_done]
    context = {
        "tasks": tasks,
        "done": len(tasks) - len(unfinished),
        "total": len(tasks),
        "next": unfinished[0] if unfinished else None,
        "figures": figures_for(request),
    }
    return render(request, "web/today.html", context)
