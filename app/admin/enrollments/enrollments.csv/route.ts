import { loadAcademy } from "@/lib/academy/loaders";
import { withPrincipal } from "@/lib/db/principal";
import { localDate } from "@/lib/format";
import { download } from "@/lib/http/download";
import { decimalCents, toCsv } from "@/lib/reporting/csv";
import { enrollmentList, exportEnrollments } from "@/lib/reporting/enrollment-list";
import { readListParams } from "@/lib/reporting/list-params";

export async function GET(request: Request) {
  return download(request, ["admin"], async (admin) => {
    const params = readListParams(Object.fromEntries(new URL(request.url).searchParams), enrollmentList);
    const [{ timeZone }, rows] = await Promise.all([
      loadAcademy(),
      withPrincipal(admin, (db) => exportEnrollments(db, params)),
    ]);
    return {
      name: "enrollments.csv",
      type: "text/csv; charset=utf-8",
      body: toCsv(
        [
          { heading: "Number", value: (row) => row.number },
          { heading: "Status", value: (row) => row.status },
          { heading: "Kind", value: (row) => row.kind },
          { heading: "Paid", value: (row) => (row.kind === "plan" ? row.cadence : "once") },
          { heading: "Student", value: (row) => row.student },
          { heading: "Family", value: (row) => row.family },
          { heading: "Instrument", value: (row) => row.instrument },
          { heading: "Teacher", value: (row) => row.teacher },
          { heading: "Minutes", value: (row) => row.minutes },
          { heading: "First lesson (UTC)", value: (row) => row.startsAt.toISOString() },
          { heading: "Due (USD)", value: (row) => decimalCents(row.due.cents) },
          { heading: "Submitted on", value: (row) => localDate(row.submittedAt, timeZone) },
          { heading: "Paid on", value: (row) => (row.paidAt ? localDate(row.paidAt, timeZone) : null) },
        ],
        rows,
      ),
    };
  });
}
