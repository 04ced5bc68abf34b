import { Timeline } from "@/components/portal/timeline";
import type { EnrollmentStatus } from "@/lib/db/database.gen";
import { formatDate, formatTime } from "@/lib/format";
import { EnrollmentStatusBadge } from "./enrollment-status";

type EnrollmentHistoryProps = {
  label: string;
  history: readonly { readonly at: Date; readonly status: EnrollmentStatus; readonly note: string | null }[];
  timeZone: string;
};

/** How an enrollment came to where it stands. */
export function EnrollmentHistory({ label, history, timeZone }: EnrollmentHistoryProps) {
  return (
    <Timeline
      label={label}
      items={history.map((event) => ({
        id: `${event.at.toISOString()} ${event.status}`,
        when: `${formatDate(event.at, timeZone)}, ${formatTime(event.at, timeZone)}`,
        what: <EnrollmentStatusBadge status={event.status} />,
        note: event.note,
      }))}
    />
  );
}
