import type { Route } from "next";
import type { WorkflowRun } from "@/lib/reporting/workflow-queries";

/** The page about what a run is about, where there is one. */
export function subjectHref(
  run: Pick<WorkflowRun, "subjectType" | "subjectId" | "subject" | "familyId">,
): Route | null {
  if (run.subjectId && run.subject && run.subjectType === "enrollment")
    return `/admin/enrollments/${run.subjectId}` as Route;
  if (run.subjectId && run.subject && run.subjectType === "payment")
    return `/admin/payments/${run.subjectId}` as Route;
  if (run.subjectType === "waitlist_offer" || run.subjectType === "freed_time")
    return "/admin/waitlist" as Route;
  if (run.subjectId && run.subjectType === "lesson") return `/admin/lessons/${run.subjectId}` as Route;
  return run.familyId ? (`/admin/families/${run.familyId}` as Route) : null;
}
